import { rowsInMemory, type DeviceRows, type Rows } from '../../architectures/device-rows.ts';
import type { Deepstack, ForwardResult, LanguageModel } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import type { DeviceTensor } from '../../runtime/runtime.ts';
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
  readonly features: readonly (Rows | undefined)[];
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
    const chunk: Chunk = { language, hiddenSize, prompt, visualIndex, start, end };
    const input = await (language.device === undefined
      ? chunkInMemory(chunk)
      : chunkOnDevice(chunk, language.device.rows));
    result = await language.forward(
      prompt.role,
      input.embeddings,
      positionsOf(prompt.positions, total, start, end),
      lease.kvCache,
      input.deepstack,
    );
    input.release?.();
    await lease.frameStates?.add(result.preNormStates, end - start, (row) => {
      const visual = visualIndex[start + row] ?? -1;
      return visual < 0 ? -1 : Math.floor(visual / prompt.tokensPerPair);
    });
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

/** Some rows of a prompt, from `start` up to `end`. */
interface Chunk {
  readonly language: LanguageModel;
  readonly hiddenSize: number;
  readonly prompt: PromptInput;
  readonly visualIndex: Int32Array;
  readonly start: number;
  readonly end: number;
}

/** What a chunk is read from. */
interface ChunkInput {
  readonly embeddings: Rows;
  readonly deepstack?: Deepstack | undefined;
  readonly release?: () => void;
}

async function chunkInMemory(chunk: Chunk): Promise<ChunkInput> {
  return { embeddings: await embedChunk(chunk), deepstack: deepstackOfChunk(chunk) };
}

/** Text goes to the device; the features are there and are put between its rows. */
async function chunkOnDevice(chunk: Chunk, rows: DeviceRows): Promise<ChunkInput> {
  const { language, hiddenSize, prompt, visualIndex, start, end } = chunk;
  const { tokensPerPair, deepstackLevels } = prompt;
  const visual = visualIndex.subarray(start, end);
  const ids = prompt.tokenIds.slice(start, end).filter((_, row) => (visual[row] ?? -1) < 0);
  const text = ids.length === 0 ? new Float32Array(0) : await language.embed(prompt.role, ids);
  const pairs = [
    ...new Set([...visual].flatMap((place) => (place < 0 ? [] : Math.floor(place / tokensPerPair)))),
  ];
  if (pairs.length === 0) return { embeddings: text };
  const features = pairs.map((pair) => featuresOf(prompt, pair));
  const pairRows = (1 + deepstackLevels) * tokensPerPair;
  const gather = (first: Float32Array, level: number, textRow: () => number) => {
    const sources = first.length === 0 ? features : [first, ...features];
    const firstRows = first.length / hiddenSize;
    const picks = Int32Array.from(visual, (place) => {
      if (place < 0) return textRow();
      const pair = pairs.indexOf(Math.floor(place / tokensPerPair));
      return firstRows + pair * pairRows + level * tokensPerPair + (place % tokensPerPair);
    });
    return rows.gather(sources, picks);
  };
  let nextText = 0;
  const embeddings = await gather(text, 0, () => nextText++);
  const deepstack: DeviceTensor[] = [];
  for (let level = 1; level <= deepstackLevels; level++)
    deepstack.push(await gather(new Float32Array(hiddenSize), level, () => 0));
  const release = () => {
    for (const tensor of [embeddings, ...deepstack]) tensor.release();
  };
  return { embeddings, ...(deepstackLevels === 0 ? {} : { deepstack }), release };
}

/** (end − start, hidden): embeddings of the text, features of the video. */
async function embedChunk({
  language,
  hiddenSize,
  prompt,
  visualIndex,
  start,
  end,
}: Chunk): Promise<Float32Array> {
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
function deepstackOfChunk({ prompt, visualIndex, hiddenSize, start, end }: Chunk): Float32Array | undefined {
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
  const features = rowsInMemory(featuresOf(prompt, Math.floor(visual / prompt.tokensPerPair)));
  const row = level * prompt.tokensPerPair + (visual % prompt.tokensPerPair);
  return features.subarray(row * hiddenSize, (row + 1) * hiddenSize);
}

function featuresOf({ features }: PromptInput, pair: number): Rows {
  const found = features[pair];
  if (found === undefined) throw new EngineError('INTERNAL', 'Features of a frame pair are missing.');
  return found;
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
