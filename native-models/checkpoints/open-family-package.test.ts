import { rowsInMemory } from '../architectures/device-rows.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openAskTensors,
  packJson,
  packPath,
  readInt32,
  reasonerPackNames,
  relativeDifference,
} from '../fixtures/reference-pack.ts';
import { importRequestSchema, type ImportReport } from '../protocol/import-request.ts';
import type { Precision } from '../protocol/roles.ts';
import { importCheckpoint } from './import-checkpoint.ts';
import type { LoadedModel } from './loaded-model.ts';
import { openPackage } from './open-package.ts';
import { fedFrames } from './testing/fed-frames.ts';

/**
 * Packages of models that reason aloud against the reference's tensors, from the given frames. Bounds are differences over
 * the largest absolute value. float32 is bounded a hundred times tighter than the agreement asked for (1e-3).
 */
const bounds: Record<Precision, { features: number; states: number; logits: number; layer: number }> = {
  fp32: { features: 1e-5, states: 1e-5, logits: 1e-5, layer: 0 },
  fp16: { features: 1e-3, states: 1e-3, logits: 1e-3, layer: 0 },
  int8: { features: 0.03, states: 0.03, logits: 0.03, layer: 0.02 },
  'int8-blocks': { features: 0.03, states: 0.03, logits: 0.03, layer: 0.02 },
  int4: { features: 0.03, states: 0.3, logits: 0.15, layer: 0.15 },
};

interface Run {
  readonly inputIds: number[];
  readonly outputIds: number[];
  readonly fedSize: [number, number];
  readonly gridTHW: [number, number, number];
  readonly secondPerGrid?: number;
  readonly ropeDelta: number;
  readonly fraction?: { readonly ropeDelta: number };
}

describe.each(
  reasonerPackNames.flatMap((pack) =>
    (['fp32', 'fp16', 'int8', 'int8-blocks', 'int4'] as const).map((precision) => ({ pack, precision })),
  ),
)('$pack imported at $precision', ({ pack, precision }) => {
  const runs = packJson(pack, 'expected', 'runs.json') as Run[];
  let folder = '';
  let report: ImportReport;
  let model: LoadedModel;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const outPath = join(folder, 'package');
    report = await importCheckpoint(
      importRequestSchema.parse({ basePath: packPath(pack, 'checkpoint'), outPath, precision }),
    );
    model = await openPackage(outPath, { device: 'cpu', threads: 2 });
  }, 60_000);
  afterAll(async () => {
    await model.dispose();
    await rm(folder, { recursive: true });
  });

  it('says how it is asked, and that it has no roles of the chain', () => {
    expect(model).toMatchObject({
      roles: [],
      warnings: [],
      family: { name: pack === 'pack-qwen3' ? 'qwen3-vl' : 'qwen2.5-vl' },
      reasoner: { fps: 2, maxFrames: 128, maxPixels: 200_704, readerPatchSize: 14, maxNewTokens: 8192 },
      network: { tokens: { end: [449, 450] } },
    });
    expect(model.checkpointSampling).toEqual(
      pack === 'pack-qwen3'
        ? { temperature: 0.7, topK: 20, topP: 0.8 }
        : { temperature: 1e-6, repetitionPenalty: 1.05 },
    );
    expect(model.family.clipSizing).toEqual(
      pack === 'pack-qwen3'
        ? { factor: 32, minPixels: 4096, maxPixels: 25_165_824, limitsCount: 'clip', values: 'floats' }
        : { factor: 28, minPixels: 3136, maxPixels: 12_845_056, limitsCount: 'frame', values: 'bytes' },
    );
  });

  it('loses little in any layer', () => {
    for (const { layer, relativeError } of report.layerErrors) {
      expect(relativeError, layer).toBeLessThan(bounds[precision].layer);
    }
    expect(report.layerErrors).toHaveLength(
      precision === 'fp32' || precision === 'fp16' ? 0 : pack === 'pack-qwen3' ? 8 : 7,
    );
  });

  it.each([0, 2])('computes the features, states and logits of ask %i', async (ask) => {
    const expected = await openAskTensors(pack, ask);
    const run = runs[ask]!;
    const bound = bounds[precision];
    const { frames, size } = await fedFrames(expected, run.fedSize);
    const pairs = await model.vision.encode('answerer', frames, size);
    const levels = splitLevels(pairs.map(rowsInMemory), model.network.deepstackLevels);
    for (const [level, rows] of levels.entries()) {
      const wanted = await expected.readFloat32(level === 0 ? 'visionFeatures' : `deepstack.${level - 1}`);
      expect(relativeDifference(rows, wanted), `level ${level}`).toBeLessThan(bound.features);
    }

    const blocks = { videos: [{ grid: run.gridTHW, secondsPerPair: run.secondPerGrid }] };
    const whole = model.family.positions(run.inputIds, { ...blocks, secondsRule: 'whole' });
    expect(whole.positions).toEqual(await readInt32(expected, 'positionIds'));
    expect(whole.ropeDelta).toBe(run.ropeDelta);
    const { states, lastState } = await readPrompt(model, run.inputIds, levels, whole.positions);
    expect(relativeDifference(states, await expected.readFloat32('prefillStates'))).toBeLessThan(
      bound.states,
    );
    const logits = await model.language.logits('answerer', lastState);
    expect(relativeDifference(logits, await expected.readFloat32('lastLogits'))).toBeLessThan(bound.logits);
    if (run.fraction === undefined) return;

    const exact = model.family.positions(run.inputIds, blocks);
    expect(exact.positions).toEqual(await readInt32(expected, 'positionIdsFraction'));
    expect(exact.ropeDelta).toBe(run.fraction.ropeDelta);
    const again = await readPrompt(model, run.inputIds, levels, exact.positions);
    const exactLogits = await model.language.logits('answerer', again.lastState);
    expect(relativeDifference(exactLogits, await expected.readFloat32('lastLogitsFraction'))).toBeLessThan(
      bound.logits,
    );
  });

  it('encodes a pair by itself as it does among others', async () => {
    const expected = await openAskTensors(pack, 0);
    const { frames, size } = await fedFrames(expected, runs[0]!.fedSize);
    const together = await model.vision.encode('answerer', frames.slice(0, 4), size);
    const [alone] = await model.vision.encode('answerer', frames.slice(2, 4), size);
    expect(relativeDifference(rowsInMemory(alone!), rowsInMemory(together[1]!))).toBeLessThan(1e-5);
  });

  it('wants small pairs several at a time, and large ones alone', () => {
    const small = model.vision.pairsAtOnce({ height: 112, width: 112 });
    expect(small).toBeGreaterThan(1);
    expect(model.vision.pairsAtOnce({ height: 224, width: 112 })).toBe(Math.floor(small / 2));
    expect(model.vision.pairsAtOnce({ height: 672, width: 1344 })).toBe(1);
  });

  if (precision === 'int4') return; // these fitted toys do not survive 4 bits word for word
  it('replies to a text alone as the reference does', async () => {
    const run = runs.at(-1)!;
    const { positions, ropeDelta } = model.family.positions(run.inputIds, { videos: [] });
    const cache = model.language.createCache(run.inputIds.length + run.outputIds.length);
    let { lastState } = await model.language.forward(
      'answerer',
      await model.language.embed('answerer', run.inputIds),
      positions,
      cache,
    );
    const outputIds: number[] = [];
    while (outputIds.length < run.outputIds.length) {
      const logits = await model.language.logits('answerer', lastState);
      const next = logits.indexOf(Math.max(...logits));
      outputIds.push(next);
      const position = new Int32Array(3).fill(cache.length + ropeDelta);
      const embedding = await model.language.embed('answerer', [next]);
      ({ lastState } = await model.language.forward('answerer', embedding, position, cache));
    }
    expect(outputIds).toEqual(run.outputIds);
  });
});

/** Each level of all pairs, one after another: (pairs × tokens, hidden). */
function splitLevels(pairs: readonly Float32Array[], deepstackLevels: number): Float32Array[] {
  return Array.from({ length: 1 + deepstackLevels }, (_, level) =>
    Float32Array.from(
      pairs.flatMap((pair) => {
        const size = pair.length / (1 + deepstackLevels);
        return [...pair.subarray(level * size, (level + 1) * size)];
      }),
    ),
  );
}

/** Reads a prompt in uneven pieces, the last one a single row, so that every branch of the attention is met. */
async function readPrompt(
  model: LoadedModel,
  inputIds: readonly number[],
  levels: readonly Float32Array[],
  positions: Int32Array,
): Promise<{ states: Float32Array; lastState: Float32Array }> {
  const { hiddenSize, tokens } = model.network;
  const length = inputIds.length;
  const [embeddings, ...deepstack] = [
    await model.language.embed('answerer', inputIds),
    ...levels.slice(1).map(() => new Float32Array(length * hiddenSize)),
  ] as [Float32Array, ...Float32Array[]];
  let visual = 0;
  for (const [row, id] of inputIds.entries()) {
    if (id !== tokens.videoPad) continue;
    for (const [level, rows] of [embeddings, ...deepstack].entries()) {
      rows.set(levels[level]!.subarray(visual * hiddenSize, (visual + 1) * hiddenSize), row * hiddenSize);
    }
    visual++;
  }
  const cache = model.language.createCache(length);
  const states = new Float32Array(length * hiddenSize);
  let lastState: Float32Array = new Float32Array(0);
  for (const [first, end] of [
    [0, 1],
    [1, 20],
    [20, length - 1],
    [length - 1, length],
  ] as const) {
    const part = (rows: Float32Array) => rows.slice(first * hiddenSize, end * hiddenSize);
    const pieces = [0, 1, 2].map((axis) => positions.subarray(axis * length + first, axis * length + end));
    const hasVisual = inputIds.slice(first, end).includes(tokens.videoPad);
    const result = await model.language.forward(
      'answerer',
      part(embeddings),
      Int32Array.from(pieces.flatMap((piece) => [...piece])),
      cache,
      hasVisual ? Float32Array.from(deepstack.flatMap((rows) => [...part(rows)])) : undefined,
    );
    states.set(rowsInMemory(result.preNormStates), first * hiddenSize);
    lastState = rowsInMemory(result.lastState);
  }
  return { states, lastState };
}
