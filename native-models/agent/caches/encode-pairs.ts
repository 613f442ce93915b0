import type { Rows } from '../../architectures/device-rows.ts';
import type { TowerFrame, VisionEncoder } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import { pauseForCancel } from '../cancellation.ts';
import type { FeatureWork, FramePairs } from './feature-work.ts';

/** What is known of pairs before they are encoded, and what becomes of them. */
export interface PairKnowledge {
  /** What a decoded pair shows, and the content whose features may stand for it, encoded or about to be; undefined: none. */
  readonly recognize: (frames: readonly TowerFrame[]) => Recognized;
  /** Features of a content, where they are still there. */
  readonly recall: (content: string) => Promise<Rows | undefined>;
  /** Told of a pair that will be encoded. */
  readonly onUnknown: (content: string, frames: readonly TowerFrame[]) => void;
  /** Told of each pair's features; `encoded` is false where another pair's stand for them. */
  readonly onFeatures: (pair: number, features: Rows, recognized: Recognized, encoded: boolean) => void;
}

/** What a decoded pair was recognized as. */
export interface Recognized {
  readonly content: string;
  /** The content whose features stand for it: its own, or at `fast` one that it is like. */
  readonly standIn: string;
}

interface ReadyPair {
  readonly pair: number;
  readonly frames: readonly TowerFrame[];
  readonly recognized: Recognized;
}

/**
 * Decodes frame pairs and encodes those that show something new, as many at a time as the encoder wants, so that a run can be
 * cancelled between any two runs of it.
 *
 * @throws EngineError VIDEO_DECODE_FAILED where frames do not come
 */
export async function encodePairs(
  encoder: VisionEncoder,
  pairs: FramePairs,
  missing: readonly number[],
  work: FeatureWork,
  knowledge: PairKnowledge,
): Promise<void> {
  const indices = pairIndices(pairs);
  const waiting = [...missing];
  const shown = work.saveFrame === undefined ? missing : indices.keys();
  const wanted = [...new Set([...shown].flatMap((pair) => indices[pair] ?? []))].sort((a, b) => a - b);
  const decoded = new Map<number, TowerFrame>();
  const most = encoder.pairsAtOnce(pairs.size);
  const ready: ReadyPair[] = [];
  const kept = indices.length - missing.length;
  let done = 0;
  const finish = (count: number): void => {
    done += count;
    work.onProgress(kept + done, indices.length);
  };
  finish(0);
  const encodeReady = async (): Promise<void> => {
    await pauseForCancel(work.signal);
    const together = ready.splice(0);
    const frames = together.flatMap((each) => each.frames);
    const startMs = performance.now();
    const encoded = await encoder.encode(pairs.role, frames, pairs.size);
    work.onEncoded?.((performance.now() - startMs) / 1000);
    for (const [index, { pair, recognized }] of together.entries()) {
      const features = encoded[index];
      if (features === undefined) throw new EngineError('INTERNAL', 'The vision tower returned too little.');
      knowledge.onFeatures(pair, features, recognized, true);
    }
    finish(together.length);
  };
  const take = async (pair: number, frames: readonly TowerFrame[]): Promise<void> => {
    const recognized = knowledge.recognize(frames);
    const { content, standIn } = recognized;
    if (ready.some((each) => each.recognized.content === standIn)) await encodeReady();
    const features = await knowledge.recall(standIn);
    if (features !== undefined) {
      knowledge.onFeatures(pair, features, recognized, false);
      finish(1);
      return;
    }
    knowledge.onUnknown(content, frames);
    ready.push({ pair, frames, recognized: { content, standIn: content } });
    if (ready.length >= most) await encodeReady();
  };
  for await (const frame of work.readFrames(wanted)) {
    await work.saveFrame?.(frame);
    decoded.set(frame.frameIndex, frame);
    for (let pair = waiting[0]; pair !== undefined; pair = waiting[0]) {
      const frames = framesOf(indices[pair], decoded);
      if (frames === undefined) break;
      waiting.shift();
      await take(pair, frames);
    }
    const stillNeeded = indices[waiting[0] ?? indices.length]?.[0] ?? Infinity;
    for (const index of decoded.keys()) if (index < stillNeeded) decoded.delete(index);
  }
  if (ready.length > 0) await encodeReady();
  if (waiting.length > 0) {
    throw new EngineError(
      'VIDEO_DECODE_FAILED',
      `${waiting.length} of ${indices.length} frame pairs of ${pairs.video.path} could not be decoded.`,
    );
  }
}

/** The frames of each pair. */
export function pairIndices({ frameIndices }: Pick<FramePairs, 'frameIndices'>): [number, number][] {
  return Array.from({ length: frameIndices.length / 2 }, (_, pair) => {
    const first = frameIndices[2 * pair] ?? 0;
    return [first, frameIndices[2 * pair + 1] ?? first];
  });
}

function framesOf(
  indices: readonly number[] | undefined,
  decoded: ReadonlyMap<number, TowerFrame>,
): TowerFrame[] | undefined {
  const frames = (indices ?? []).flatMap((index) => decoded.get(index) ?? []);
  return frames.length === indices?.length ? frames : undefined;
}
