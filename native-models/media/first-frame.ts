import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess, inputArguments, maxFramePixels } from './ffmpeg-process.ts';
import type { FrameReport } from './showinfo.ts';
import { frameReport, parseFrameReport } from './showinfo.ts';

/** What ffmpeg makes of a file: its container and the first frame that decodes, upright. */
export interface FirstFrame extends FrameReport {
  /** ffmpeg's names of the container, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
}

const patience = { silence: 30_000, total: 120_000 };

/**
 * Decodes the first frame of a file, which tells whether there is a video in it that can be decoded at all.
 * @throws EngineError VIDEO_NOT_RECOGNIZED, VIDEO_NO_VIDEO_STREAM, VIDEO_DECODE_FAILED, CANCELLED.
 */
export async function decodeFirstFrame(
  ffmpeg: Ffmpeg,
  videoPath: string,
  signal: AbortSignal | undefined,
): Promise<FirstFrame> {
  let container: string | undefined;
  let frame: FrameReport | undefined;
  const log: string[] = [];
  const child = new FfmpegProcess(
    ffmpeg,
    [...inputArguments(videoPath), '-vf', frameReport, '-frames:v', '1', '-f', 'null', '-'],
    {
      patience,
      signal,
      onLine: (line) => {
        container ??= /^Input #0, (.+), from /.exec(line)?.[1];
        frame ??= parseFrameReport(line);
        log.push(line);
      },
    },
  );
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  throwIfCancelled(signal);
  if (frame !== undefined && container !== undefined && container !== textAsPictures) {
    return { ...frame, container };
  }
  throw explain(videoPath, container, log, child.gaveUp);
}

/** ffmpeg would draw any text file as a terminal. */
const textAsPictures = 'tty';

function explain(
  videoPath: string,
  container: string | undefined,
  log: readonly string[],
  gaveUp: boolean,
): EngineError {
  const said = (pattern: RegExp): boolean => log.some((line) => pattern.test(line));
  if (gaveUp) return new EngineError('VIDEO_DECODE_FAILED', `ffmpeg found no frame in time in ${videoPath}.`);
  if (container === undefined || container === textAsPictures) {
    return new EngineError('VIDEO_NOT_RECOGNIZED', `${videoPath} is not a video that ffmpeg can read.`);
  }
  if (said(/matches no streams|does not contain any stream/)) {
    return new EngineError('VIDEO_NO_VIDEO_STREAM', `${videoPath} (${container}) has no video stream.`);
  }
  if (said(/Picture size .* is invalid|exceeds specified max pixel/i)) {
    return new EngineError(
      'VIDEO_DECODE_FAILED',
      `The pictures in ${videoPath} are too large: over ${maxFramePixels} pixels.`,
    );
  }
  const reason = log.findLast((line) => /error|invalid|fail|not supported|no decoder|could not/i.test(line));
  return new EngineError(
    'VIDEO_DECODE_FAILED',
    `No frame of ${videoPath} can be decoded${reason === undefined ? '' : ` (${reason.replace(/^\[[^\]]*\] */, '')})`}.`,
  );
}
