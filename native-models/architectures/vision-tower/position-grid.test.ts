import { expect, it } from 'vitest';
import {
  openPackWeights,
  openTableTensors,
  packJson,
  relativeDifference,
} from '../../fixtures/reference-pack.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { createOnnxRuntime } from '../../runtime/onnxruntime.ts';
import { chooseDevice } from '../../runtime/providers.ts';
import { float32 } from '../../runtime/runtime.ts';
import { readQwen3VlConfig } from '../qwen3-vl/config.ts';
import { patchOrder } from './patch-order.ts';
import { cpuDialect } from '../layers/dialect.ts';
import { addGridPositions, gridFeeds } from './position-grid.ts';

it('samples the learned grid as the reference does, the same for every pair', async () => {
  const base = packJson('pack-qwen3', 'checkpoint', 'config.json') as Record<string, unknown>;
  const { vision } = readQwen3VlConfig({ base });
  const side = vision.positionGridSide!;
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['patches', vision.width]);
  graph.output('sum', addGridPositions(graph, vision, cpuDialect, side, state), 'float32', [
    'patches',
    vision.width,
  ]);
  const session = await createOnnxRuntime(await chooseDevice('cpu', 'fp32')).createSession(
    graph.build().model,
  );
  const weights = await openPackWeights('pack-qwen3');
  const table = await weights.readFloat32('model.visual.pos_embed.weight');

  const expected = await openTableTensors('pack-qwen3');
  const names = expected.names().filter((name) => name.startsWith('posEmbed.'));
  expect(names.length).toBeGreaterThan(4);
  for (const name of names) {
    const [lines = 0, columns = 0] = name.slice('posEmbed.'.length).split('x').map(Number);
    const { places } = patchOrder(vision, { lines, columns });
    const pairs = 2;
    const { sum } = await session.run(
      {
        state: float32(new Float32Array(pairs * places.length * vision.width).fill(1), [
          pairs * places.length,
          vision.width,
        ]),
        'visual.pos_embed.weight': float32(table, [side * side, vision.width]),
        ...gridFeeds(side, { lines, columns }, places),
      },
      ['sum'],
    );
    const positions = (sum?.data as Float32Array).map((value) => value - 1);
    const once = await expected.readFloat32(name);
    expect(relativeDifference(positions, Float32Array.of(...once, ...once))).toBeLessThan(1e-5);
  }
  await session.release();
});
