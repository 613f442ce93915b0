import type { DecodeTask } from './decode-plan.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess, inputArguments, seekArguments } from './ffmpeg-process.ts';
import { selectFrames } from './frame-selection.ts';
import { frameReport, parseFrameReport } from './showinfo.ts';
import type { Video } from './video.ts';

/** A decoded frame in its original size: (height, width, 3) uint8. */
export interface PictureOfFrame {
  readonly frameIndex: number;
  readonly rgb: Uint8Array;
}

/** Decoding at a fiftieth of the usual speed is still waited for. */
const slowPixelsPerSec = 6e6;
const silenceMs = 60_000;

/**
 * Decodes the frames of one task with one ffmpeg process, ascending. Frames that do not decode are left out; what comes
 * after the last wanted one is not decoded. The process is gone when the generator has ended, however it ends.
 *
 * Colours are converted as ffmpeg does by default (its bicubic chroma scaling and the stream's tagged matrix), turned
 * upright before. `-copyts` and the report of each frame's time tie pictures to frames of the probe, also after a seek.
 *
 * `referencesOnly` leaves out frames that nothing is predicted from; none of the task's may be one of them.
 */
export async function* decodeTask(
  ffmpeg: Ffmpeg,
  video: Video,
  task: DecodeTask,
  options: { readonly signal: AbortSignal; readonly threads: number; readonly referencesOnly?: boolean },
): AsyncGenerator<PictureOfFrame, void, undefined> {
  const selection = selectFrames(video, task.frameIndices);
  const reports = new ReportQueue();
  const filters = [`select='${selection.expression}'`, frameReport, ...fitting(video)];
  const skipping = options.referencesOnly === true ? ['-skip_frame', 'noref'] : [];
  const child = new FfmpegProcess(
    ffmpeg,
    [
      ...[
        '-threads',
        String(options.threads),
        ...skipping,
        ...seekArguments(task.seekSec),
        ...inputArguments(video.path, video.input),
      ],
      ...['-vf', filters.join(','), ...ffmpeg.passthroughArguments, '-f', 'rawvideo', '-'],
    ],
    {
      patience: { silence: silenceMs, total: silenceMs + patienceMs(video) },
      signal: options.signal,
      onLine: (line) => reports.add(line),
    },
  );
  void child.ended.then(() => reports.close());
  const wanted = new Set(task.frameIndices);
  try {
    while (wanted.size > 0) {
      const rgb = await child.read(video.width * video.height * 3);
      if (rgb === undefined) return;
      const timeSec = await reports.next();
      const frameIndex = timeSec === undefined ? 'past' : selection.find(timeSec);
      if (frameIndex === 'past') return;
      if (frameIndex !== undefined && wanted.delete(frameIndex)) yield { frameIndex, rgb };
    }
  } finally {
    child.kill();
    await child.ended;
  }
}

/**
 * Pictures in the video's size as RGB. Where their own size changes on the way (a broadcast, a phone that was turned), they
 * keep their proportions and black fills the rest; those of the video's size pass as they are.
 */
function fitting({ width, height }: Video): string[] {
  return [
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:flags=bicubic`,
    'format=rgb24',
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
  ];
}

function patienceMs(video: Video): number {
  return ((video.totalFrames * video.width * video.height) / slowPixelsPerSec) * 1000;
}

/** Times of the frames that ffmpeg reported, in the order of its output. */
class ReportQueue {
  readonly #timesSec: number[] = [];
  #waiting: ((timeSec: number | undefined) => void) | undefined;
  #closed = false;

  add(line: string): void {
    const report = parseFrameReport(line);
    if (report === undefined) return;
    if (this.#waiting === undefined) this.#timesSec.push(report.timeSec);
    else this.#waiting(report.timeSec);
    this.#waiting = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.(undefined);
  }

  /** The next time; waits for it, since log and pictures come through different pipes. */
  next(): Promise<number | undefined> {
    const timeSec = this.#timesSec.shift();
    if (timeSec !== undefined || this.#closed) return Promise.resolve(timeSec);
    return new Promise((resolve) => (this.#waiting = resolve));
  }
}
