import type { ForwardResult } from '../../architectures/vision-language-model.ts';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import { saveFrame } from './frame-saving.ts';
import { prefill } from '../generation/prefill.ts';
import type { GeneratedTokens, KeepRule, PrefixContent, PrefixLease } from '../caches/prefix-cache.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import type { TextRun } from '../run.ts';
import type { Shown } from './show.ts';
import type { FeatureWork, FramePairs } from '../caches/vision-features.ts';
import { tokensPerPair } from './clip.ts';
import type { Clip } from './clip.ts';
import { feedFrames } from './fed-frames.ts';

/** A prompt that the network has read. */
export interface ReadPrompt {
  /** Of the last rows read. */
  readonly result: ForwardResult;
  readonly lease: PrefixLease;
  /** Says what was generated after the prompt, for it to be kept with it. */
  readonly keepGenerated: (generated: GeneratedTokens) => void;
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
  const { role, weights, clips, tokenIds, positions } = shown;
  const { language, network } = run.model;
  const before = run.model.transfers();
  const pads = [network.tokens.videoPad, network.tokens.imagePad];
  const looks = clips.map((clip) => ({
    clip,
    pairs: framePairs(run, shown, clip),
    tokens: tokensPerPair(clip, network),
  }));
  const pairTokens = looks.flatMap(({ clip, tokens }) => new Array<number>(clip.grid[0]).fill(tokens));
  const pairKeys = looks.flatMap(({ pairs }) => run.visionFeatures.keys(pairs));
  const lease = await run.prefixes.acquire(prefixContent(shown, pairKeys, pairTokens, pads), rule);
  const features: Awaited<ReturnType<typeof run.visionFeatures.load>> = [];
  let generated: GeneratedTokens | undefined;
  try {
    let keptTokens = tokenIds.slice(0, lease.reusedTokens).filter((id) => pads.includes(id)).length;
    for (const { clip, pairs, tokens } of looks) {
      const keptPairs = Math.min(clip.grid[0], Math.floor(keptTokens / tokens));
      keptTokens -= keptPairs * tokens;
      features.push(...(await run.visionFeatures.load(pairs, featureWork(run, shown, clip, keptPairs))));
    }
    const result = await prefill(
      language,
      network.hiddenSize,
      {
        role: weights,
        ...{ tokenIds, positions, pads, pairs: pairTokens, features },
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
    const keepGenerated = (tokens: GeneratedTokens) => {
      generated = tokens;
    };
    const used = await use({ result, lease, keepGenerated });
    if (!run.journal.hasWarned('VIDEO_DECODE_FAILED')) await lease.keepOnDisk();
    return used;
  } finally {
    run.visionFeatures.release(features);
    lease.release(generated);
  }
}

/** The frames of a prompt, as pairs whose features are kept. */
export function framePairs(
  { request: { speed } }: Pick<TextRun, 'request'>,
  { weights }: Pick<Shown, 'weights'>,
  clip: Clip,
): FramePairs {
  const { video, frameIndices, size, readerSize, region } = clip;
  return { video, role: weights, frameIndices, size, readerSize, region, speed };
}

/** How what is shown of a video is decoded and encoded. */
export function featureWork(
  run: TextRun,
  { role }: Pick<Shown, 'role'>,
  clip: Clip,
  firstPair: number,
): FeatureWork {
  const { saveFramesPath } = run.request;
  const { signal } = run;
  return {
    firstPair,
    readFrames: (frameIndices): AsyncIterable<TowerFrame> => {
      const frames = run.reader.readFrames(clip.video, frameIndices, clip.readerSize ?? clip.size, {
        signal,
        onWarning: (warning) => run.journal.warn(warning),
      });
      return feedFrames(frames, clip, clip.resizedAs ?? run.model.family.clipSizing.values);
    },
    saveFrame:
      saveFramesPath === undefined ? undefined : (frame) => saveFrame(saveFramesPath, role, frame, clip.size),
    onProgress: (done, total) => run.journal.emit({ type: 'progress', role, stage: 'frames', done, total }),
    signal,
    isSound: () => !run.journal.hasWarned('VIDEO_DECODE_FAILED'),
  };
}

function prefixContent(
  shown: Shown,
  pairKeys: readonly string[],
  pairs: readonly number[],
  pads: readonly number[],
): PrefixContent {
  const { role, tokenIds, positions, maxNewTokens } = shown;
  const keyOfVisual = pairKeys.flatMap((key, pair) => new Array<string>(pairs[pair] ?? 0).fill(key));
  let visual = 0;
  const keys = tokenIds.map((id) => (pads.includes(id) ? (keyOfVisual[visual++] ?? id) : id));
  return { role, keys, positions, pairs, maxNewTokens };
}
