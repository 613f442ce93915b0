import { rowsInMemory } from '../architectures/device-rows.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expectedFrames,
  openExpectedTensors,
  packJson,
  packNames,
  packPath,
  relativeDifference,
} from '../fixtures/reference-pack.ts';
import type { Precision, Role } from '../protocol/roles.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { importCheckpoint } from './import-checkpoint.ts';
import type { LoadedModel } from './loaded-model.ts';
import { openPackage } from './open-package.ts';
import { readManifest } from './read-manifest.ts';
import { openSafetensors } from './safetensors/weight-set.ts';

/**
 * The networks against the reference's tensors, from the given frames. Bounds are differences over the largest absolute
 * value. float32 is bounded a hundred times tighter than the agreement asked for (1e-3), since it was measured at 6e-7.
 */
const bounds: Record<Precision, { features: number; states: number; logits: number }> = {
  fp32: { features: 1e-5, states: 1e-5, logits: 1e-5 },
  fp16: { features: 1e-3, states: 1e-3, logits: 1e-3 },
  int8: { features: 0.02, states: 0.03, logits: 0.01 },
  'int8-blocks': { features: 0.02, states: 0.03, logits: 0.01 },
  int4: { features: 0.02, states: 0.25, logits: 0.05 },
};

const parts: [string, Role][] = [
  ['planner', 'planner'],
  ['grounder', 'grounder'],
  ['verifier-0', 'verifier'],
  ['verifier-1', 'verifier'],
  ['answerer', 'answerer'],
];

type RunExpectations = Record<string, { inputIds: number[] }> & {
  verifier: { candidates: { inputIds: number[] }[] };
};

describe.each(
  packNames.flatMap((pack) =>
    (['fp32', 'fp16', 'int8', 'int8-blocks', 'int4'] as const).map((precision) => ({ pack, precision })),
  ),
)('$pack imported at $precision', ({ pack, precision }) => {
  let folder = '';
  let model: LoadedModel;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    const outPath = join(folder, 'package');
    const paths = { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model'), outPath };
    await importCheckpoint(importRequestSchema.parse({ ...paths, precision }));
    model = await openPackage(outPath, { device: 'cpu', threads: 2 });
  }, 60_000);
  afterAll(async () => {
    await model.dispose();
    await rm(folder, { recursive: true });
  });

  it('names the graphs whose integer weights are pair-limited', async () => {
    const { pairLimited } = await readManifest(join(folder, 'package'));
    const limited: Partial<Record<Precision, string[]>> = {
      int8: ['vision.onnx', 'decoder.onnx'],
      int4: ['vision.onnx'],
    };
    expect(pairLimited).toEqual(limited[precision] ?? []);
  });

  it.each(parts)('computes the features, states and logits of the %s', async (name, role) => {
    const expected = await openExpectedTensors(pack, name);
    const [run] = packJson(pack, 'expected', 'runs.json') as [RunExpectations];
    const { inputIds } = role === 'verifier' ? run.verifier.candidates[Number(name.at(-1))]! : run[name]!;
    const { frames, size } = await expectedFrames(expected);
    const features = Float32Array.from(
      (await model.vision.encode(role, frames, size)).flatMap((pair) => [...rowsInMemory(pair)]),
    );
    const bound = bounds[precision];
    expect(relativeDifference(features, await expected.readFloat32('visionFeatures'))).toBeLessThan(
      bound.features,
    );

    const positions = new Int32Array((await expected.readBytes('positionIds')).slice().buffer);
    const { states, lastState } = await readPrompt(model, role, inputIds, features, positions);
    expect(relativeDifference(states, await expected.readFloat32('preNormState'))).toBeLessThan(bound.states);
    const logits = await model.language.logits(role, lastState);
    expect(relativeDifference(logits, await expected.readFloat32('lastLogits'))).toBeLessThan(bound.logits);
  });

  it('finds the moments that the grounding head finds, for clips of 1 to 75 pairs', async () => {
    const expected = await openSafetensors(packPath(pack, 'expected', 'grounding-head.safetensors'));
    const lengths = new Set(expected.names().map((name) => name.split('.')[0]!));
    expect(lengths.size).toBeGreaterThan(5);
    for (const length of lengths) {
      const frames = await expected.readFloat32(`${length}.frames`);
      const result = await model.groundingHead!.ground(frames, await expected.readFloat32(`${length}.reg`));
      const rows = await expected.readFloat32(`${length}.rows`);
      expect(result.rows).toHaveLength(rows.length / 3);
      for (const [index, value] of result.rows.flat().entries()) expect(value).toBeCloseTo(rows[index]!, 5);
      expect(
        relativeDifference(result.saliency, await expected.readFloat32(`${length}.saliency`)),
      ).toBeLessThan(1e-5);
    }
  });
});

/** Reads a prompt in uneven pieces, the last one a single row, so that every branch of the attention is met. */
async function readPrompt(
  model: LoadedModel,
  role: Role,
  inputIds: number[],
  features: Float32Array,
  positions: Int32Array,
): Promise<{ states: Float32Array; lastState: Float32Array }> {
  const { hiddenSize, tokens } = model.network;
  const length = inputIds.length;
  const embeddings = await model.language.embed(role, inputIds);
  let visual = 0;
  for (const [row, id] of inputIds.entries()) {
    if (id !== tokens.videoPad) continue;
    embeddings.set(features.subarray(visual * hiddenSize, ++visual * hiddenSize), row * hiddenSize);
  }
  const cache = model.language.createCache(length);
  const states = new Float32Array(length * hiddenSize);
  let lastState = new Float32Array(0);
  for (const [first, end] of [
    [0, 1],
    [1, 20],
    [20, length - 1],
    [length - 1, length],
  ] as const) {
    const pieces = [0, 1, 2].map((axis) => positions.subarray(axis * length + first, axis * length + end));
    const piecePositions = Int32Array.from(pieces.flatMap((piece) => [...piece]));
    const rows = embeddings.slice(first * hiddenSize, end * hiddenSize);
    const result = await model.language.forward(role, rows, piecePositions, cache);
    states.set(rowsInMemory(result.preNormStates), first * hiddenSize);
    lastState = result.lastState as Float32Array<ArrayBuffer>;
  }
  return { states, lastState };
}
