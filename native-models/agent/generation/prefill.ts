import type { ForwardResult, LanguageModel } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import { pauseForCancel } from '../cancellation.ts';
import type { PrefixLease } from '../caches/prefix-cache.ts';

/** A prompt as the network reads it. */
export interface PromptInput {
  readonly role: Role;
  readonly tokenIds: readonly number[];
  /** (3, sequence) */
  readonly positions: Int32Array;
  readonly videoPad: number;
  readonly tokensPerPair: number;
  /** Decoder layers that get features of their own beside the embeddings; 0: none. */
  readonly deepstackLevels: number;
  /** Per frame pair (1 + deepstackLevels, tokensPerPair, hidden); undefined where a kept prefix holds the pair. */
  readonly features: readonly (Float32Array | undefined)[];
}

/** What a prefill reports to. */
export interface PrefillHooks {
  readonly onProgress: (doneTokens: number, totalTokens: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the part of a prompt that the lease does not hold yet, in chunks of the network's size, and returns the result
 * of the last one. Visual features go, in order, to the video-pad tokens.
 */
export async function prefill(
  language: LanguageModel,
  hiddenSize: number,
  prompt: PromptInput,
  lease: PrefixLease,
  hooks: PrefillHooks,
): Promise<ForwardResult> {
  const total = prompt.tokenIds.length;
  const visualIndex = visualIndices(prompt);
  let result: ForwardResult | undefined;
  for (let start = lease.kvCache.length; start < total; start = lease.kvCache.length) {
    hooks.onProgress(start, total);
    await pauseForCancel(hooks.signal);
    const end = Math.min(total, start + language.chunkRows);
    const embeddings = await embedChunk(language, hiddenSize, prompt, visualIndex, start, end);
    result = await language.forward(
      prompt.role,
      embeddings,
      positionsOf(prompt.positions, total, start, end),
      lease.kvCache,
      deepstackOfChunk(prompt, visualIndex, hiddenSize, start, end),
    );
    collectFrameStates(result.preNormStates, hiddenSize, prompt, visualIndex, start, lease);
  }
  hooks.onProgress(total, total);
  if (result === undefined) throw new EngineError('INTERNAL', 'A prompt had nothing left to read.');
  return result;
}

/** For each token its place among the visual tokens, −1 for text. */
function visualIndices(prompt: PromptInput): Int32Array {
  let next = 0;
  return Int32Array.from(prompt.tokenIds, (id) => (id === prompt.videoPad ? next++ : -1));
}

/** (end − start, hidden): embeddings of the text, features of the video. */
async function embedChunk(
  language: LanguageModel,
  hiddenSize: number,
  prompt: PromptInput,
  visualIndex: Int32Array,
  start: number,
  end: number,
): Promise<Float32Array> {
  const rows = Array.from({ length: end - start }, (_, row) => row);
  const isText = (row: number) => (visualIndex[start + row] ?? -1) < 0;
  const textRows = rows.filter(isText);
  const embeddings = new Float32Array(rows.length * hiddenSize);
  if (textRows.length > 0) {
    const ids = textRows.map((row) => prompt.tokenIds[start + row] ?? 0);
    const text = await language.embed(prompt.role, ids);
    textRows.forEach((row, index) =>
      embeddings.set(text.subarray(index * hiddenSize, (index + 1) * hiddenSize), row * hiddenSize),
    );
  }
  for (const row of rows) {
    if (isText(row)) continue;
    embeddings.set(featureOf(prompt, visualIndex[start + row] ?? 0, 0, hiddenSize), row * hiddenSize);
  }
  return embeddings;
}

/** (levels, end − start, hidden), zero at text; undefined where there are no levels or nothing but text. */
function deepstackOfChunk(
  prompt: PromptInput,
  visualIndex: Int32Array,
  hiddenSize: number,
  start: number,
  end: number,
): Float32Array | undefined {
  const { deepstackLevels } = prompt;
  const rows = end - start;
  if (deepstackLevels === 0 || visualIndex.subarray(start, end).every((visual) => visual < 0))
    return undefined;
  const deepstack = new Float32Array(deepstackLevels * rows * hiddenSize);
  for (let level = 0; level < deepstackLevels; level++) {
    for (let row = 0; row < rows; row++) {
      const visual = visualIndex[start + row] ?? -1;
      if (visual < 0) continue;
      deepstack.set(featureOf(prompt, visual, level + 1, hiddenSize), (level * rows + row) * hiddenSize);
    }
  }
  return deepstack;
}

/** A visual token's row of the features (level 0) or of what a decoder layer gets beside them. */
function featureOf(prompt: PromptInput, visual: number, level: number, hiddenSize: number): Float32Array {
  const features = prompt.features[Math.floor(visual / prompt.tokensPerPair)];
  if (features === undefined) throw new EngineError('INTERNAL', 'Features of a frame pair are missing.');
  const row = level * prompt.tokensPerPair + (visual % prompt.tokensPerPair);
  return features.subarray(row * hiddenSize, (row + 1) * hiddenSize);
}

/** The (3, end − start) part of (3, total) positions. */
function positionsOf(positions: Int32Array, total: number, start: number, end: number): Int32Array {
  const length = end - start;
  const part = new Int32Array(3 * length);
  for (let row = 0; row < 3; row++) {
    part.set(positions.subarray(row * total + start, row * total + end), row * length);
  }
  return part;
}

function collectFrameStates(
  states: Float32Array,
  hiddenSize: number,
  prompt: PromptInput,
  visualIndex: Int32Array,
  start: number,
  lease: PrefixLease,
): void {
  const { frameStates } = lease;
  if (frameStates === undefined) return;
  for (let row = 0; row * hiddenSize < states.length; row++) {
    const visual = visualIndex[start + row] ?? -1;
    if (visual < 0) continue;
    const state = states.subarray(row * hiddenSize, (row + 1) * hiddenSize);
    frameStates.add(Math.floor(visual / prompt.tokensPerPair), state);
  }
}
