import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import { refusedMedia, refusedUnnamed } from './allowed-media.ts';
import type { ContainerFacts } from './container-facts.ts';
import { parseContainerFacts } from './container-facts.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess, inputArguments, maxFramePixels } from './ffmpeg-process.ts';
import type { FrameReport } from './showinfo.ts';
import { frameReport, parseFrameReport } from './showinfo.ts';
import type { VideoInput } from './video.ts';

/** What ffmpeg makes of a file: what its container holds, and the first frame that decodes, upright. */
export interface FirstFrame extends FrameReport {
  readonly facts: ContainerFacts;
}

const patience = { silence: 30_000, total: 120_000 };

/** What came of opening a file: its container and a frame, or as much of it as there is. */
export interface OpenedFile {
  readonly facts: ContainerFacts | undefined;
  readonly frame: FrameReport | undefined;
  /** Why there is no frame. */
  readonly explain: () => EngineError;
}

/**
 * Opens a file and decodes its first frame, which tells whether there is a video in it that can be decoded at all.
 * @throws EngineError CANCELLED alone.
 */
export async function openFile(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: { readonly signal?: AbortSignal | undefined; readonly input?: VideoInput | undefined } = {},
): Promise<OpenedFile> {
  let frame: FrameReport | undefined;
  const log: string[] = [];
  const child = new FfmpegProcess(
    ffmpeg,
    [...inputArguments(videoPath, options.input), '-vf', frameReport, '-frames:v', '1', '-f', 'null', '-'],
    {
      patience,
      signal: options.signal,
      onLine: (line) => {
        frame ??= parseFrameReport(line);
        log.push(line);
      },
    },
  );
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  throwIfCancelled(options.signal);
  const facts = parseContainerFacts(log);
  if (facts === undefined && refusedUnnamed(log)) {
    log.push(...(await logOfEverything(ffmpeg, videoPath, options)));
    throwIfCancelled(options.signal);
  }
  return { facts, frame, explain: () => explain(videoPath, facts?.container, log, child.gaveUp) };
}

/** What ffmpeg says of a file when it is to say all, which for a large one is much: for files that it refuses. */
async function logOfEverything(
  ffmpeg: Ffmpeg,
  videoPath: string,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<string[]> {
  const log: string[] = [];
  const args = ['-loglevel', 'debug', ...inputArguments(videoPath), '-frames:v', '1', '-f', 'null', '-'];
  const child = new FfmpegProcess(ffmpeg, args, { patience, signal, onLine: (line) => log.push(line) });
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  return log;
}

/**
 * The first frame of a file.
 * @throws EngineError VIDEO_NOT_RECOGNIZED, VIDEO_NO_VIDEO_STREAM, VIDEO_DECODE_FAILED, CANCELLED.
 */
export async function decodeFirstFrame(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: { readonly signal?: AbortSignal | undefined; readonly input?: VideoInput | undefined } = {},
): Promise<FirstFrame> {
  const { facts, frame, explain: why } = await openFile(ffmpeg, videoPath, options);
  if (facts === undefined || frame === undefined) throw why();
  return { ...frame, facts };
}

function explain(
  videoPath: string,
  container: string | undefined,
  log: readonly string[],
  gaveUp: boolean,
): EngineError {
  const said = (pattern: RegExp): boolean => log.some((line) => pattern.test(line));
  const refused = refusedMedia(log);
  if (refused !== undefined) {
    return new EngineError('VIDEO_NOT_RECOGNIZED', `${videoPath} is ${refused.what}.`, {
      remedy: refused.remedy,
    });
  }
  if (gaveUp) return new EngineError('VIDEO_DECODE_FAILED', `ffmpeg found no frame in time in ${videoPath}.`);
  if (container === undefined) {
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
