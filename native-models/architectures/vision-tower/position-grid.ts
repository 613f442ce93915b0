import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { floatWeight, toActivations, type Dialect } from '../layers/dialect.ts';
import { float32, type Feeds } from '../../runtime/runtime.ts';
import type { PatchGrid, VisionConfig } from './config.ts';
import type { PatchPlace } from './patch-order.ts';

/** Neighbours in the learned grid that a position is sampled from. */
const corners = 4;

/**
 * Adds learned position embeddings to the patches of each pair: (pairs × patches, width). Each is a weighted sum of its
 * four neighbours in the learned grid. Inputs: `grid_rows`, `grid_weights` (4, patches) of one pair.
 */
export function addGridPositions(
  graph: GraphBuilder,
  config: VisionConfig,
  dialect: Dialect,
  side: number,
  state: Value,
  pairShape?: Value,
): Value {
  const tensor = 'visual.pos_embed.weight';
  const table = floatWeight(graph, dialect, tensor, [side * side, config.width], {
    kind: 'float32',
    source: { tensor },
  });
  const rows = graph.input('grid_rows', 'int64', [corners, 'pair_patches']);
  const weights = toActivations(
    graph,
    dialect,
    graph.input('grid_weights', 'float32', [corners, 'pair_patches']),
  );
  const neighbours = graph.op('Gather', [table, rows], { axis: 0 }); // (4, patches, width)
  const weighted = graph.op('Mul', [neighbours, graph.op('Unsqueeze', [weights, graph.ints([2])])]);
  const positions = graph.op('ReduceSum', [weighted, graph.ints([0])], { keepdims: 0 }); // (patches, width)
  const perPair =
    pairShape ?? graph.op('Concat', [graph.ints([-1]), graph.op('Shape', [positions])], { axis: 0 });
  const sum = graph.op('Add', [graph.op('Reshape', [state, perPair]), positions]); // (pairs, patches, width)
  return graph.op('Reshape', [sum, graph.ints([-1, config.width])]);
}

/** Feeds of `addGridPositions`: bilinear sampling with the ends of the grid on the first and last line and column. */
export function gridFeeds(side: number, grid: PatchGrid, places: readonly PatchPlace[]): Feeds {
  const lines = samplePoints(side, grid.lines);
  const columns = samplePoints(side, grid.columns);
  const rows = new BigInt64Array(corners * places.length);
  const weights = new Float32Array(corners * places.length);
  for (const [patch, [line, column]] of places.entries()) {
    const at = [lines[line] ?? 0, columns[column] ?? 0] as const;
    const low = [Math.trunc(at[0]), Math.trunc(at[1])] as const;
    const part = [Math.fround(at[0] - low[0]), Math.fround(at[1] - low[1])] as const;
    for (let corner = 0; corner < corners; corner++) {
      const [down, right] = [corner >> 1, corner & 1];
      const row = Math.min(low[0] + down, side - 1) * side + Math.min(low[1] + right, side - 1);
      rows[corner * places.length + patch] = BigInt(row);
      weights[corner * places.length + patch] =
        Math.fround(down === 1 ? part[0] : 1 - part[0]) * Math.fround(right === 1 ? part[1] : 1 - part[1]);
    }
  }
  return {
    grid_rows: { type: 'int64', dims: [corners, places.length], data: rows },
    grid_weights: float32(weights, [corners, places.length]),
  };
}

/** `count` points from 0 to side − 1 in float32, counted from both ends as the reference's linspace does. */
function samplePoints(side: number, count: number): number[] {
  if (count === 1) return [0];
  const step = Math.fround((side - 1) / (count - 1));
  return Array.from({ length: count }, (_, index) =>
    Math.fround(index < count >> 1 ? step * index : side - 1 - step * (count - 1 - index)),
  );
}
