import { releaseRows, type Rows } from '../../architectures/device-rows.ts';
import type { DeviceWork } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import { float32, isOnDevice, type DeviceTensor } from '../../runtime/runtime.ts';
import type { LoadedModel } from '../loaded-model.ts';
import type { Deviations } from './bounds.ts';
import { largestDeviation, updateDeviation } from './deviation.ts';
import { groundedRows, type SelfCheck } from './self-check.ts';

/** The base alone, without an adapter. */
const role = 'answerer';

/** Rows at the end of the prompt that are read one at a time, as generated tokens are. */
const singleRows = 24;

/**
 * Has a device repeat a self-check, and says how far it is off. Each part is given the reference's input, so that its own error is
 * seen alone.
 * @throws EngineError what the device fails with.
 */
export async function runSelfCheck(model: LoadedModel, check: SelfCheck): Promise<Deviations> {
  const { device } = model.language;
  if (device === undefined) throw new EngineError('INTERNAL', 'A self-check was asked of the processor.');
  const features = await featuresOf(model, check, device);
  const { embeddings, states, logits } = await readPrompt(model, check, device);
  const saliency = await saliencyOf(model, check, device);
  const { hiddenSize } = model.network;
  return {
    features: largestDeviation(features, check.features, hiddenSize),
    states: updateDeviation(states, check.states, embeddings, hiddenSize),
    scores: largestDeviation(logits, check.logits, check.logits.length),
    ...(saliency === undefined || check.saliency === undefined
      ? {}
      : { grounding: largestDeviation(saliency, check.saliency, check.saliency.length) }),
  };
}

async function featuresOf(
  { vision }: LoadedModel,
  { frames, size }: SelfCheck,
  { rows }: DeviceWork,
): Promise<Float32Array> {
  const pairs = await vision.encode(role, frames, size);
  const read: number[] = [];
  for (const pair of pairs) {
    read.push(...(await inMemory(pair, rows)));
    releaseRows(pair);
  }
  return Float32Array.from(read);
}

async function readPrompt(
  { language, network }: LoadedModel,
  check: SelfCheck,
  device: DeviceWork,
): Promise<{
  readonly embeddings: Float32Array;
  readonly states: Float32Array;
  readonly logits: Float32Array;
}> {
  const { rows } = device;
  const { hiddenSize, deepstackLevels, tokens } = network;
  const { tokenIds, positions } = check;
  const count = tokenIds.length;
  const embeddings = await language.embed(role, tokenIds);
  const deepstack = Array.from({ length: deepstackLevels }, () => new Float32Array(count * hiddenSize));
  const isVisual = tokenIds.map((id) => id === tokens.videoPad);
  placeFeatures(check, isVisual, hiddenSize, [embeddings, ...deepstack]);
  const cache = language.createCache(count);
  const states = new Float32Array(count * hiddenSize);
  let lastState: Rows | undefined;
  try {
    for (const [start, end] of pieces(count, language.chunkRows)) {
      const span = (all: Float32Array) => all.slice(start * hiddenSize, end * hiddenSize);
      const added: DeviceTensor[] = [];
      if (isVisual.slice(start, end).some(Boolean)) {
        for (const level of deepstack)
          added.push(await rows.memory.write(float32(span(level), [end - start, hiddenSize])));
      }
      const rowPositions = [0, 1, 2].flatMap((row) => [
        ...positions.slice(row * count + start, row * count + end),
      ]);
      const result = await language.forward(
        role,
        span(embeddings),
        Int32Array.from(rowPositions),
        cache,
        added.length === 0 ? undefined : added,
      );
      const read = await inMemory(result.preNormStates, rows);
      // Rows of padding may come first.
      states.set(read.subarray(read.length - (end - start) * hiddenSize), start * hiddenSize);
      ({ lastState } = result);
      for (const tensor of added) tensor.release();
    }
    if (lastState === undefined) throw new EngineError('INTERNAL', 'A self-check has no tokens.');
    const all = await language.logits(role, lastState);
    const chosen = await device.mostLikely(role, lastState);
    // What it chooses there has to be what its own scores say.
    const isBest = all.every((logit) => logit <= (all[chosen] ?? -Infinity));
    const logits = Float32Array.from(check.logitIds, (id) => (isBest ? (all[id] ?? NaN) : NaN));
    return { embeddings, states, logits };
  } finally {
    cache.release();
  }
}

/** Puts features in the place of visual tokens: the first level into embeddings, the others into their deepstack level. */
function placeFeatures(
  { features, frames }: SelfCheck,
  isVisual: readonly boolean[],
  width: number,
  levels: readonly Float32Array[],
): void {
  const pairs = frames.length / 2;
  const visualRows = isVisual.flatMap((visual, row) => (visual ? [row] : []));
  const perPair = visualRows.length / pairs;
  for (const [index, row] of visualRows.entries()) {
    const [pair, cell] = [Math.floor(index / perPair), index % perPair];
    for (const [level, target] of levels.entries()) {
      const from = ((pair * levels.length + level) * perPair + cell) * width;
      target.set(features.subarray(from, from + width), row * width);
    }
  }
}

/** Where the pieces of a prompt start and end: chunks, and single rows at the end. */
function pieces(count: number, chunkRows: number): (readonly [number, number])[] {
  const chunked = count - singleRows;
  const starts = Array.from({ length: Math.ceil(chunked / chunkRows) }, (_, index) => index * chunkRows);
  const chunks = starts.map((start) => [start, Math.min(start + chunkRows, chunked)] as const);
  const singles = Array.from(
    { length: singleRows },
    (_, index) => [chunked + index, chunked + index + 1] as const,
  );
  return [...chunks, ...singles];
}

async function saliencyOf(
  { groundingHead, network }: LoadedModel,
  { states }: SelfCheck,
  { rows }: DeviceWork,
): Promise<Float32Array | undefined> {
  if (groundingHead === undefined) return undefined;
  const { hiddenSize } = network;
  const grounded = states.slice(0, groundedRows * hiddenSize);
  const frameStates = await rows.memory.write(float32(grounded, [groundedRows, hiddenSize]));
  const { saliency } = await groundingHead.ground(frameStates, states.slice(states.length - hiddenSize));
  frameStates.release();
  return saliency;
}

async function inMemory(values: Rows, { memory }: DeviceWork['rows']): Promise<Float32Array> {
  if (values instanceof Float32Array) return values;
  return isOnDevice(values) ? (await memory.read(values)).data : values;
}
