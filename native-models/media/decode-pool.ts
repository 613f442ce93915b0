import { availableParallelism } from 'node:os';
import type { DecodeTask } from './decode-plan.ts';
import { planDecoding, withEarlierStart } from './decode-plan.ts';
import { decodeTask } from './decode-task.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { findReferencePictures } from './reference-pictures.ts';
import { createResampler } from './resample.ts';
import type { FrameSize, Video } from './video.ts';

const maxDecoders = 2;

/** Tasks that may be begun from the one that is being read on: what they decode is kept until its turn. */
const tasksAhead = 4;

/** A frame that was asked for; without pixels when it cannot be decoded. */
interface DecodedFrame {
  readonly frameIndex: number;
  readonly rgb: Uint8Array | undefined;
}

/**
 * Decodes and resizes frames (ascending, each once), with at most two decoders at a time. Yields every frame in order.
 * No process is left when the generator has ended, however it ends. An abort ends it early, without an error.
 */
export async function* decodeAscending(
  video: Video,
  frameIndices: readonly number[],
  size: FrameSize,
  options: { readonly signal?: AbortSignal | undefined; readonly threads?: number | undefined },
): AsyncGenerator<DecodedFrame, void, undefined> {
  const ffmpeg = await locateFfmpeg();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const resample = createResampler(video, size);
  const tasks = planDecoding(video, frameIndices);
  const references = await findReferencePictures(video, frameIndices);
  const cores = options.threads ?? availableParallelism();
  const decoders = Math.min(maxDecoders, cores, tasks.length);
  // Two threads a decoder even where that is more than there are cores: each waits for its pipe at times.
  const threads = cores === 1 ? 1 : Math.max(2, Math.floor(cores / Math.max(decoders, 1)));
  const results = tasks.map((task) =>
    task.frameIndices.map(() => Promise.withResolvers<Uint8Array | undefined>()),
  );

  type Slots = Map<number, PromiseWithResolvers<Uint8Array | undefined> | undefined>;

  async function decodeInto(slots: Slots, task: DecodeTask, referencesOnly: boolean): Promise<void> {
    for await (const picture of decodeTask(ffmpeg, video, task, { signal, threads, referencesOnly })) {
      slots.get(picture.frameIndex)?.resolve(resample(picture.rgb));
      slots.delete(picture.frameIndex);
    }
  }

  async function decode(taskIndex: number, task: DecodeTask): Promise<void> {
    const slots: Slots = new Map(
      task.frameIndices.map((frameIndex, place) => [frameIndex, results[taskIndex]?.[place]]),
    );
    const referencesOnly = task.frameIndices.every((frameIndex) => references.has(frameIndex));
    await decodeInto(slots, task, referencesOnly);
    const isMissed = (): boolean => slots.size > 0 && !signal.aborted;
    if (isMissed() && referencesOnly) {
      await decodeInto(slots, { seekSec: task.seekSec, frameIndices: [...slots.keys()] }, false);
    }
    if (isMissed() && task.seekSec !== undefined) {
      await decodeInto(slots, withEarlierStart(video, [...slots.keys()]), false);
    }
    for (const slot of slots.values()) slot?.resolve(undefined);
  }

  // Parts that nobody has begun to decode when it is aborted will never be there.
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const running = new Set<Promise<void>>();
  let next = 0;
  let reading = 0;
  function startTasks(): void {
    while (
      running.size < decoders &&
      next < Math.min(tasks.length, reading + tasksAhead) &&
      !signal.aborted
    ) {
      const taskIndex = next++;
      const task = tasks[taskIndex];
      if (task === undefined) return;
      const work = decode(taskIndex, task)
        .catch((error: unknown) => results[taskIndex]?.forEach((slot) => slot.reject(error)))
        .finally(() => {
          running.delete(work);
          startTasks();
        });
      running.add(work);
    }
  }

  try {
    for (; reading < tasks.length; reading++) {
      startTasks();
      for (const [place, slot] of (results[reading] ?? []).entries()) {
        const rgb = signal.aborted ? undefined : await Promise.race([slot.promise, aborted]);
        if (signal.aborted) return;
        yield { frameIndex: tasks[reading]?.frameIndices[place] ?? 0, rgb };
      }
    }
  } finally {
    stop.abort();
    await Promise.all(running);
  }
}
