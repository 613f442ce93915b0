import type { PromptedModel } from '../../checkpoints/package-outline.ts';
import type { ForwardResult } from '../../architectures/vision-language-model.ts';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import { saveFrame } from './frame-saving.ts';
import { prefill } from '../generation/prefill.ts';
import type { GeneratedTokens, KeepRule, PrefixContent, PrefixLease } from '../caches/prefix-cache.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import type { TextRun } from '../run.ts';
import type { Shown } from './show.ts';
import type { FeatureWork, FramePairs } from '../caches/feature-work.ts';
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
  const pads = padsOf(run.model);
  const looks = clips.map((clip) => ({
    clip,
    pairs: framePairs(run, shown, clip),
    tokens: tokensPerPair(clip, network),
  }));
  const pairTokens = looks.flatMap(({ clip, tokens }) => new Array<number>(clip.grid[0]).fill(tokens));
  const content = promptContent(run, shown, (pairs) => run.visionFeatures.keys(pairs));
  const lease = await run.prefixes.acquire(content, rule);
  const features: Awaited<ReturnType<typeof run.visionFeatures.load>> = [];
  let generated: GeneratedTokens | undefined;
  try {
    let keptTokens = tokenIds.slice(0, lease.reusedTokens).filter((id) => pads.includes(id)).length;
    for (const { clip, pairs, tokens } of looks) {
      const keptPairs = Math.min(clip.grid[0], Math.floor(keptTokens / tokens));
      keptTokens -= keptPairs * tokens;
      const loading = run.journal.timeFrames(role);
      const work = { ...featureWork(run, shown, clip, keptPairs), onEncoded: loading.onEncoded };
      features.push(...(await run.visionFeatures.load(pairs, work)));
      loading.end();
    }
    const readStartMs = performance.now();
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
    run.journal.countSeconds(role, 'read', (performance.now() - readStartMs) / 1000);
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

/** What a role is about to read, by the names of its frame pairs' features: enough to tell what of it was read before. */
export function promptContent(
  run: Pick<TextRun, 'request'> & { readonly model: PromptedModel },
  shown: Shown,
  keysOf: (pairs: FramePairs) => readonly string[],
): PrefixContent {
  const { role, tokenIds, positions, maxNewTokens, clips } = shown;
  const pads = padsOf(run.model);
  const pairs = clips.flatMap((clip) =>
    new Array<number>(clip.grid[0]).fill(tokensPerPair(clip, run.model.network)),
  );
  const pairKeys = clips.flatMap((clip) => keysOf(framePairs(run, shown, clip)));
  const keyOfVisual = pairKeys.flatMap((key, pair) => new Array<string>(pairs[pair] ?? 0).fill(key));
  let visual = 0;
  const keys = tokenIds.map((id) => (pads.includes(id) ? (keyOfVisual[visual++] ?? id) : id));
  return { role, keys, positions, pairs, firstPairs: clips[0]?.grid[0] ?? 0, maxNewTokens };
}

function padsOf({ network: { tokens } }: PromptedModel): number[] {
  return [tokens.videoPad, tokens.imagePad];
}
