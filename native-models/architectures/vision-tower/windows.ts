import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { maskedScore, toActivations, type Dialect } from '../layers/dialect.ts';
import { fullAttention } from '../layers/full-attention.ts';
import { bool, float32, type Feeds } from '../../runtime/runtime.ts';
import type { VisionConfig } from './config.ts';
import type { PatchOrder } from './patch-order.ts';

/** Inputs of a graph with windowed blocks. */
export interface WindowInputs {
  /** Whether all windows are of one size: then no patch has to move. Absent in dialects without control flow. */
  readonly equal?: Value;
  /** The patches of each window, by their place among all rows; short windows repeat row 0: (windows, longest). */
  readonly rows: Value;
  /** 1 for a patch, 0 for padding: (windows, longest); for devices 0 and a large negative number, (windows, 1, longest, longest). */
  readonly mask: Value;
  /** For each patch its place among the padded rows: (pairs × patches). */
  readonly inverse: Value;
}

export function windowInputs(graph: GraphBuilder, dialect: Dialect): WindowInputs {
  const isDevice = dialect.name !== 'cpu';
  return {
    ...(isDevice ? {} : { equal: graph.input('windows_equal', 'bool', []) }),
    rows: graph.input('window_rows', 'int64', ['windows', 'window_patches']),
    mask: isDevice
      ? toActivations(
          graph,
          dialect,
          graph.input('window_bias', 'float32', ['windows', 1, 'window_patches', 'window_patches']),
        )
      : graph.input('window_mask', 'int32', ['windows', 'window_patches']),
    inverse: graph.input('window_inverse', 'int64', ['patches']),
  };
}

/** The feeds of `windowInputs` of either dialect, for some frame pairs of one size; windows never reach across pairs. */
export function windowFeeds({ mergeSize }: VisionConfig, order: PatchOrder, pairs: number): Feeds {
  const sizes = order.windowSizes.map((cells) => cells * mergeSize ** 2);
  const longest = Math.max(...sizes);
  const windows = pairs * sizes.length;
  const rows = new BigInt64Array(windows * longest);
  const mask = new Int32Array(windows * longest);
  const bias = new Float32Array(windows * longest * longest);
  const inverse = new BigInt64Array(pairs * order.places.length);
  let patch = 0;
  for (let window = 0; window < windows; window++) {
    const size = sizes[window % sizes.length] ?? 0;
    for (let row = 0; row < longest; row++) {
      bias.fill(
        maskedScore,
        (window * longest + row) * longest + size,
        (window * longest + row + 1) * longest,
      );
    }
    for (let index = 0; index < size; index++, patch++) {
      const padded = window * longest + index;
      rows[padded] = BigInt(patch);
      mask[padded] = 1;
      inverse[patch] = BigInt(padded);
    }
  }
  return {
    windows_equal: bool(sizes.every((size) => size === longest)),
    window_rows: { type: 'int64', dims: [windows, longest], data: rows },
    window_bias: float32(bias, [windows, 1, longest, longest]),
    window_mask: { type: 'int32', dims: [windows, longest], data: mask },
    window_inverse: { type: 'int64', dims: [inverse.length], data: inverse },
  };
}

/**
 * Attention within windows, each a batch row, so that its cost is that of the windows: (pairs, patches, width) rotated
 * queries and keys and values → (pairs × patches, width). Windows of unequal size are padded to the longest and masked:
 * only attention sees the padding, which is a few percent of a block's work, the products do not.
 */
export function windowedAttention(
  graph: GraphBuilder,
  { width, heads }: VisionConfig,
  dialect: Dialect,
  inputs: readonly [Value, Value, Value],
  windows: WindowInputs,
): Value {
  const flat = graph.ints([-1, width]);
  const { equal } = windows;
  const gathered = () =>
    inputs.map((value) =>
      graph.op('Gather', [graph.op('Reshape', [value, flat]), windows.rows], { axis: 0 }),
    ) as [Value, Value, Value];
  const putBack = (attended: Value) =>
    graph.op('Gather', [graph.op('Reshape', [attended, flat]), windows.inverse], { axis: 0 });
  if (equal === undefined)
    return putBack(fullAttention(graph, dialect, gathered(), { heads, width }, windows.mask));
  const [result] = graph.branch(
    equal,
    [{ type: 'float32', dims: ['patches', width] }],
    () => {
      const shape = graph.op('Concat', [graph.op('Shape', [windows.rows]), graph.ints([width])], { axis: 0 });
      const rows = inputs.map((value) => graph.op('Reshape', [value, shape])); // (windows, patches, width)
      return [graph.op('Reshape', [graph.contrib('MultiHeadAttention', rows, { num_heads: heads }), flat])];
    },
    () => {
      const attended = graph.contrib('MultiHeadAttention', [...gathered(), undefined, windows.mask], {
        num_heads: heads,
      });
      return [putBack(attended)];
    },
  );
  return result as Value;
}
