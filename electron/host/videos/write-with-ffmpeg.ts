import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess } from '../../../native-models/media/ffmpeg-process.ts';
import { filesOfArguments } from '../../../native-models/media/jail/files-of-arguments.ts';
import type { VideoWork } from '../videos-service.ts';

/** A day for the longest ones; a minute without a sign of life is a hang. */
const patience = { silence: 60_000, total: 24 * 3_600_000 };

/** A file that ffmpeg is to write. */
export interface FfmpegOutput {
  /** Options, inputs and the output's options, without its path. */
  readonly args: readonly string[];
  readonly outputPath: string;
  /** ffmpeg's name of the container. */
  readonly format: string;
  readonly totalSec: number;
  /** Looks at the finished file before it gets its name; throwing throws it away. */
  readonly check?: (temporaryPath: string) => Promise<void>;
}

/**
 * Lets ffmpeg write a file: to a temporary name beside it, flushed, then renamed, so that it is there whole or not at all.
 * @throws EngineError VIDEO_DECODE_FAILED, DISK_FULL, OUTPUT_UNWRITABLE, CANCELLED.
 */
export async function writeWithFfmpeg(output: FfmpegOutput, work: VideoWork): Promise<void> {
  const { outputPath, totalSec } = output;
  const ffmpeg = await locateFfmpeg();
  const temporary = path.join(path.dirname(outputPath), `.${path.basename(outputPath)}.${randomUUID()}.tmp`);
  try {
    await (await openNew(temporary)).close();
    const child = new FfmpegProcess(
      ffmpeg,
      // The later -progress wins: counters come on the output that nothing else uses.
      ['-progress', 'pipe:1', ...output.args, '-f', output.format, '-y', `file:${temporary}`],
      { patience, signal: work.signal, outputBytes: await longestOutput(output) },
    );
    const progress = new TextDecoder();
    for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
      const doneUs = /[\s\S]*^out_time_(?:us|ms)=(\d+)/m.exec(progress.decode(chunk, { stream: true }))?.[1];
      if (doneUs !== undefined) work.onProgress?.(Math.min(Number(doneUs) / 1e6, totalSec), totalSec);
    }
    const endedWell = await child.ended;
    throwIfCancelled(work.signal);
    if (!endedWell) throw explain(child, outputPath);
    await output.check?.(temporary);
    await using file = await open(temporary, 'r+');
    await file.sync();
    await rename(temporary, outputPath);
    work.onProgress?.(totalSec, totalSec);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Bytes of a second that no encoder of ours comes near. */
const bytesPerSec = 12_500_000;
const containerBytes = 64 * 2 ** 20;

/** Far more than any file that is meant to be made: a copy is as long as what it copies, an encoded one as its seconds. */
async function longestOutput({ args, totalSec }: FfmpegOutput): Promise<number> {
  const sizes = await Promise.all(filesOfArguments(args).reads.map(async (file) => (await stat(file)).size));
  return 2 * sizes.reduce((sum, size) => sum + size, 0) + totalSec * bytesPerSec + containerBytes;
}

async function openNew(filePath: string): ReturnType<typeof open> {
  try {
    return await open(filePath, 'wx');
  } catch (error) {
    const typed = toEngineError(error);
    if (typed.code === 'DISK_FULL') throw typed;
    throw new EngineError('OUTPUT_UNWRITABLE', `${filePath} cannot be written (${typed.message}).`, {
      cause: error,
    });
  }
}

function explain(child: FfmpegProcess, outputPath: string): EngineError {
  const said = child.lastLines.join('\n');
  if (/No space left on device|Disk quota exceeded|File too large/i.test(said)) {
    return new EngineError('DISK_FULL', `There is no room to write ${outputPath}.`);
  }
  const reason = child.gaveUp ? 'ffmpeg hung' : (child.lastLines.at(-1) ?? 'ffmpeg failed');
  return new EngineError('VIDEO_DECODE_FAILED', `${outputPath} cannot be made: ${reason}.`);
}
