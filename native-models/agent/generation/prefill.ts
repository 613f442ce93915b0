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
  /** Ids that stand for visual tokens. */
  readonly pads: readonly number[];
  /** Visual tokens of each frame pair. */
  readonly pairs: readonly number[];
  /** Decoder layers that get features of their own beside the embeddings; 0: none. */
  readonly deepstackLevels: number;
  /** Per frame pair (1 + deepstackLevels, its tokens, hidden); undefined where a kept prefix holds the pair. */
  readonly features: readonly (Rows | undefined)[];
}

/** What a prefill reports to. */
export interface PrefillHooks {
  readonly onProgress: (doneTokens: number, totalTokens: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the part of a prompt that the lease does not hold yet, in chunks of the network's size, and returns the result
 * of the last one. Visual features go, in order, to the pad tokens.
 */
export async function prefill(
  language: LanguageModel,
  hiddenSize: number,
  prompt: PromptInput,
  lease: PrefixLease,
  hooks: PrefillHooks,
): Promise<ForwardResult> {
  const total = prompt.tokenIds.length;
  const places = visualPlaces(prompt);
  let result: ForwardResult | undefined;
  for (let start = lease.kvCache.length; start < total; start = lease.kvCache.length) {
    hooks.onProgress(start, total);
    await pauseForCancel(hooks.signal);
    const end = Math.min(total, start + language.chunkRows);
    const chunk: Chunk = { language, hiddenSize, prompt, places, start, end };
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
    await lease.frameStates?.add(result.preNormStates, end - start, (row) => places.pair[start + row] ?? -1);
  }
  hooks.onProgress(total, total);
  if (result === undefined) throw new EngineError('INTERNAL', 'A prompt had nothing left to read.');
  return result;
}

/** Where each token of a prompt stands among the visual ones. */
interface VisualPlaces {
  /** Its frame pair, −1 for text. */
  readonly pair: Int32Array;
  /** Its row among those of the pair. */
  readonly row: Int32Array;
}

function visualPlaces({ tokenIds, pads, pairs }: PromptInput): VisualPlaces {
  const places = { pair: new Int32Array(tokenIds.length).fill(-1), row: new Int32Array(tokenIds.length) };
  let pair = 0;
  let row = 0;
  for (const [index, id] of tokenIds.entries()) {
    if (!pads.includes(id)) continue;
    if (row === pairs[pair]) {
      pair++;
      row = 0;
    }
    places.pair[index] = pair;
    places.row[index] = row++;
  }
  return places;
}

/** Some rows of a prompt, from `start` up to `end`. */
interface Chunk {
  readonly language: LanguageModel;
  readonly hiddenSize: number;
  readonly prompt: PromptInput;
  readonly places: VisualPlaces;
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
  const { language, hiddenSize, prompt, places, start, end } = chunk;
  const { deepstackLevels } = prompt;
  const pairOf = places.pair.subarray(start, end);
  const rowOf = places.row.subarray(start, end);
  const ids = prompt.tokenIds.slice(start, end).filter((_, row) => (pairOf[row] ?? -1) < 0);
  const text = ids.length === 0 ? new Float32Array(0) : await language.embed(prompt.role, ids);
  const pairs = [...new Set(pairOf.filter((pair) => pair >= 0))];
  if (pairs.length === 0) return { embeddings: text };
  const features = pairs.map((pair) => featuresOf(prompt, pair));
  const tokensOf = (pair: number) => prompt.pairs[pair] ?? 0;
  /** Where each pair's rows begin among those of all. */
  const firstRowOf = new Map<number, number>();
  let rowsBefore = 0;
  for (const pair of pairs) {
    firstRowOf.set(pair, rowsBefore);
    rowsBefore += (1 + deepstackLevels) * tokensOf(pair);
  }
  const gather = (first: Float32Array, level: number, textRow: () => number) => {
    const sources = first.length === 0 ? features : [first, ...features];
    const firstRows = first.length / hiddenSize;
    const picks = Int32Array.from(pairOf, (pair, row) => {
      if (pair < 0) return textRow();
      return firstRows + (firstRowOf.get(pair) ?? 0) + level * tokensOf(pair) + (rowOf[row] ?? 0);
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
async function embedChunk(chunk: Chunk): Promise<Float32Array> {
  const { language, hiddenSize, prompt, places, start, end } = chunk;
  const rows = Array.from({ length: end - start }, (_, row) => row);
  const isText = (row: number) => (places.pair[start + row] ?? -1) < 0;
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
    embeddings.set(featureOf(chunk, start + row, 0), row * hiddenSize);
  }
  return embeddings;
}

/** (levels, end − start, hidden), zero at text; undefined where there are no levels or nothing but text. */
function deepstackOfChunk(chunk: Chunk): Float32Array | undefined {
  const { prompt, places, hiddenSize, start, end } = chunk;
  const { deepstackLevels } = prompt;
  const rows = end - start;
  if (deepstackLevels === 0 || places.pair.subarray(start, end).every((pair) => pair < 0)) return undefined;
  const deepstack = new Float32Array(deepstackLevels * rows * hiddenSize);
  for (let level = 0; level < deepstackLevels; level++) {
    for (let row = 0; row < rows; row++) {
      if ((places.pair[start + row] ?? -1) < 0) continue;
      deepstack.set(featureOf(chunk, start + row, level + 1), (level * rows + row) * hiddenSize);
    }
  }
  return deepstack;
}

/** A visual token's row of the features (level 0) or of what a decoder layer gets beside them. */
function featureOf({ prompt, places, hiddenSize }: Chunk, index: number, level: number): Float32Array {
  const pair = places.pair[index] ?? 0;
  const features = rowsInMemory(featuresOf(prompt, pair));
  const row = level * (prompt.pairs[pair] ?? 0) + (places.row[index] ?? 0);
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
