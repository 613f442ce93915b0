import type { ForwardResult } from '../../architectures/vision-language-model.ts';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import { saveFrame } from './frame-saving.ts';
import { prefill } from '../generation/prefill.ts';
import type { KeepRule, PrefixContent, PrefixLease } from '../caches/prefix-cache.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import type { TextRun } from '../run.ts';
import type { Shown } from './show.ts';
import type { FeatureWork, FramePairs } from '../caches/vision-features.ts';
import type { Clip } from './clip.ts';
import { feedFrames } from './fed-frames.ts';

/** A prompt that the network has read. */
export interface ReadPrompt {
  /** Of the last rows read. */
  readonly result: ForwardResult;
  readonly lease: PrefixLease;
}

/**
 * Decodes and encodes what a role is shown, as far as nothing of it is kept, lets the network read the prompt, and hands
 * the result to `use`; after that, the keys and values are kept for the next question as `rule` says.
 */
export async function readShown<T>(
  run: TextRun,
  shown: Shown,
  rule: KeepRule,
  use: (read: ReadPrompt) => Promise<T>,
): Promise<T> {
  const { role, weights, clip, tokenIds, tokensPerPair, positions } = shown;
  const { language, network } = run.model;
  const before = run.model.transfers();
  const { videoPad } = network.tokens;
  const pairs = clip === undefined ? undefined : framePairs(shown, clip);
  const pairKeys = pairs === undefined ? [] : run.visionFeatures.keys(pairs);
  const lease = await run.prefixes.acquire(prefixContent(shown, pairKeys, videoPad), rule);
  let features: Awaited<ReturnType<typeof run.visionFeatures.load>> = [];
  try {
    const kept = tokenIds.slice(0, lease.reusedTokens).filter((id) => id === videoPad).length;
    if (pairs !== undefined && clip !== undefined) {
      const work = featureWork(run, shown, clip, Math.floor(kept / tokensPerPair));
      features = await run.visionFeatures.load(pairs, work);
    }
    const result = await prefill(
      language,
      network.hiddenSize,
      {
        role: weights,
        ...{ tokenIds, positions, videoPad, tokensPerPair, features },
        deepstackLevels: network.deepstackLevels,
      },
      lease,
      {
        onProgress: (done, total) =>
          run.journal.emit({ type: 'progress', role, stage: 'prefill', done, total }),
        signal: run.signal,
      },
    );
    run.journal.countTransfer(role, transfersSince(before, run.model.transfers()));
    run.journal.countTokens(role, { prompt: tokenIds.length, generated: 0, reused: lease.reusedTokens });
    return await use({ result, lease });
  } finally {
    run.visionFeatures.release(features);
    lease.release();
  }
}

/** The frames of a prompt, as pairs whose features are kept. */
export function framePairs({ weights }: Pick<Shown, 'weights'>, clip: Clip): FramePairs {
  const { video, frameIndices, size, readerSize } = clip;
  return { video, role: weights, frameIndices, size, readerSize };
}

function featureWork(run: TextRun, { role }: Shown, clip: Clip, firstPair: number): FeatureWork {
  const { saveFramesPath } = run.request;
  const { signal } = run;
  return {
    firstPair,
    readFrames: (frameIndices): AsyncIterable<TowerFrame> => {
      const frames = run.reader.readFrames(clip.video, frameIndices, clip.readerSize ?? clip.size, {
        signal,
        onWarning: (warning) => run.journal.warn(warning),
      });
      return feedFrames(frames, clip, run.model.family.clipSizing.values);
    },
    saveFrame:
      saveFramesPath === undefined ? undefined : (frame) => saveFrame(saveFramesPath, role, frame, clip.size),
    onProgress: (done, total) => run.journal.emit({ type: 'progress', role, stage: 'frames', done, total }),
    signal,
  };
}

function prefixContent(shown: Shown, pairKeys: readonly string[], videoPad: number): PrefixContent {
  const { role, tokenIds, tokensPerPair, positions, maxNewTokens } = shown;
  let visual = 0;
  const keys = tokenIds.map((id) =>
    id === videoPad ? (pairKeys[Math.floor(visual++ / tokensPerPair)] ?? id) : id,
  );
  return { role, keys, positions, pairs: { count: pairKeys.length, tokensPerPair }, maxNewTokens };
}
