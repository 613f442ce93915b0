import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gatedMlp } from '../../architectures/layers/gated-mlp.ts';
import { adapterInputName, type ProductOptions } from '../../architectures/layers/products.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { createOnnxRuntime } from '../../runtime/onnxruntime.ts';
import { float32, type Feeds } from '../../runtime/runtime.ts';
import { quantizeColumns } from './weight-values.ts';

const runtime = createOnnxRuntime({ device: 'cpu', sessionOptions: { executionProviders: ['cpu'] } });

/** Values without a pattern in −1..1, the same at each run. */
function scattered(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

it.each([
  { weights: 'any integers', even: 127, odd: 127, pairLimited: false },
  { weights: 'pair-limited integers', even: 127, odd: 1, pairLimited: true },
])('adds products of the largest bytes by $weights exactly, whatever the processor', async (of) => {
  const [inputs, outputs] = [448, 32]; // more than a kernel takes at once

  const graph = new GraphBuilder({ weightFile: 'sums.weights' });
  const source = { tensor: 'none' };
  const integers = graph.weight('integers', 'int8', [inputs, outputs], { kind: 'int8', source, scales: 's' });
  const scales = graph.weight('scales', 'float32', [outputs], { kind: 'scales', of: 'integers' });
  const result = graph.contrib('MatMulIntegerToFloat', [
    graph.input('x', 'uint8', ['rows', inputs]),
    ...[integers, graph.floats(1), scales, graph.byte(128)],
  ]);
  graph.output('y', result, 'float32', ['rows', outputs]);
  const built = graph.build();
  const weights = new Uint8Array(built.weightFileBytes);
  for (let row = 0; row < inputs; row++) {
    weights.fill(row % 2 === 0 ? of.even : of.odd, row * outputs, (row + 1) * outputs);
  }
  weights.set(new Uint8Array(new Float32Array(outputs).fill(1).buffer), built.weights[1]?.offset);
  const folder = await mkdtemp(join(tmpdir(), 'exact-sums-'));
  try {
    await writeFile(join(folder, 'sums.onnx'), built.model);
    await writeFile(join(folder, 'sums.weights'), weights);
    const session = await runtime.createSession(join(folder, 'sums.onnx'), {
      pairLimited: of.pairLimited,
    });
    for (const rows of [1, 5, 60]) {
      const x = new Uint8Array(rows * inputs).fill(255);
      const { y } = await session.run({ x: { type: 'uint8', dims: [rows, inputs], data: x } }, ['y']);
      expect(new Set(y?.data as Float32Array)).toEqual(new Set([(inputs / 2) * (of.even + of.odd) * 127]));
    }
    await session.release();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('gives an adapter of the last product of a gated MLP the hidden activation whole', async () => {
  const [rows, width, intermediate, rank] = [3, 16, 48, 2];
  const sizes = {
    gate: [intermediate, width],
    up: [intermediate, width],
    down: [width, intermediate],
  } as const;
  const weights = { gate: scattered(768, 1), up: scattered(768, 2), down: scattered(768, 3) };
  const x = scattered(rows * width, 4);
  const adapter = { A: scattered(intermediate * rank, 5), B: scattered(rank * width, 6) };

  const graph = new GraphBuilder();
  const options: ProductOptions = {
    precision: 'int8',
    unsignedWeights: true,
    outlierCount: () => 0,
    hasAdapter: (module) => module === 'down',
  };
  const weight = (module: keyof typeof sizes) => ({
    module,
    source: { tensor: module },
    size: sizes[module][0],
  });
  const parts = { gate: weight('gate'), up: weight('up'), down: weight('down') };
  const names = { inputName: 'in', hiddenName: 'hidden' };
  const state = graph.input('x', 'float32', ['rows', width]);
  const mlp = gatedMlp(graph, { ...parts, ...names }, options, state, width, false);
  graph.output('y', mlp.update, 'float32', ['rows', width]);

  const feeds: Record<string, Feeds[string]> = {
    x: float32(x, [rows, width]),
    [adapterInputName('down', 'A')]: float32(adapter.A, [intermediate, rank]),
    [adapterInputName('down', 'B')]: float32(adapter.B, [rank, width]),
  };
  for (const [module, [outputs, inputs]] of Object.entries(sizes)) {
    const { integers, scales } = quantizeColumns(weights[module as keyof typeof sizes], outputs, inputs);
    const data = Uint8Array.from(integers, (value) => value + 128);
    feeds[`${module}.int8`] = { type: 'uint8', dims: [inputs, outputs], data };
    feeds[`${module}.scales`] = float32(scales, [outputs]);
  }
  const session = await runtime.createSession(graph.build().model);
  const { y } = await session.run(feeds, ['y']);
  await session.release();

  const gate = multiply(x, transposed(weights.gate, intermediate, width), rows, width);
  const up = multiply(x, transposed(weights.up, intermediate, width), rows, width);
  const hidden = gate.map((value, index) => (value / (1 + Math.exp(-value))) * (up[index] ?? 0));
  const base = multiply(hidden, transposed(weights.down, width, intermediate), rows, intermediate);
  const added = multiply(multiply(hidden, adapter.A, rows, intermediate), adapter.B, rows, rank);
  const expected = base.map((value, index) => value + (added[index] ?? 0));
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - Number(y?.data[index]))));
  expect(worst / largest).toBeLessThan(0.03);
});

/** (rows, inner) × (inner, columns). */
function multiply(left: Float32Array, right: Float32Array, rows: number, inner: number): Float32Array {
  const columns = right.length / inner;
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (left[row * inner + k] ?? 0) * (right[k * columns + column] ?? 0);
    return sum;
  });
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    values,
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)] ?? 0,
  );
}
