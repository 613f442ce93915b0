import type { ForwardResult } from '../../architectures/vision-language-model.ts';
import { saveFrame } from './frame-saving.ts';
import { prefill } from '../generation/prefill.ts';
import type { KeepRule, PrefixContent, PrefixLease } from '../caches/prefix-cache.ts';
import type { Run } from '../run.ts';
import type { Shown } from './show.ts';
import type { FeatureWork, FramePairs } from '../caches/vision-features.ts';

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
  run: Run,
  shown: Shown,
  rule: KeepRule,
  use: (read: ReadPrompt) => Promise<T>,
): Promise<T> {
  const { role, clip, tokenIds, tokensPerPair, positions } = shown;
  const { language, network } = run.model;
  const pairs: FramePairs = { video: run.video, role, frameIndices: clip.frameIndices, size: clip.size };
  const content = prefixContent(shown, run.visionFeatures.keys(pairs), network.tokens.videoPad);
  const lease = run.prefixes.acquire(content, rule);
  try {
    const firstPair = Math.floor((lease.reusedTokens - content.pairs.firstToken) / tokensPerPair);
    const features = await run.visionFeatures.load(pairs, featureWork(run, shown, firstPair));
    const result = await prefill(
      language,
      network.hiddenSize,
      { role, tokenIds, positions, videoPad: network.tokens.videoPad, tokensPerPair, features },
      lease,
      {
        onProgress: (done, total) =>
          run.journal.emit({ type: 'progress', role, stage: 'prefill', done, total }),
        signal: run.signal,
      },
    );
    run.journal.countTokens(role, { prompt: tokenIds.length, generated: 0, reused: lease.reusedTokens });
    return await use({ result, lease });
  } finally {
    lease.release();
  }
}

function featureWork(run: Run, shown: Shown, firstPair: number): FeatureWork {
  const { role, clip } = shown;
  const { saveFramesPath } = run.request;
  const { signal } = run;
  return {
    firstPair: Math.max(0, firstPair),
    readFrames: (frameIndices) =>
      run.reader.readFrames(run.video, frameIndices, clip.size, {
        signal,
        onWarning: (warning) => run.journal.warn(warning),
      }),
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
  const pairs = { firstToken: tokenIds.indexOf(videoPad), count: pairKeys.length, tokensPerPair };
  return { role, keys, positions, pairs, maxNewTokens };
}
