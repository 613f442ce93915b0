import type { BuiltGraph, WeightFiles } from '../../onnx/built-graph.ts';
import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { cpuDialect, startGraph, type Dialect } from '../layers/dialect.ts';
import { fullAttention } from '../layers/full-attention.ts';

/** Sizes of a grounding head; they come from its tensors. */
export interface GroundingHeadConfig {
  /** Width of the decoder's states. */
  readonly hidden: number;
  /** Width inside the head. */
  readonly width: number;
  /** Width of the feed-forward layers. */
  readonly intermediate: number;
  readonly layers: number;
  /** Levels of the pyramid; level k has stride 2^k. */
  readonly levels: number;
}

const attentionHeads = 8;
const epsilon = float(1e-5);

/**
 * The regression head of VideoMind: frame states and one query state through three pre-norm transformer layers, a pyramid of
 * strided convolutions over the frames, and two convolutional heads at each level.
 *
 * Inputs: `frame_states` (frames, hidden); `query_state` (1, hidden); `encoding` (frames, width), sinusoidal positions;
 * `level_present.k` for k ≥ 1: whether the clip has at least 2^k frames.
 * Outputs, levels one after another: `scores` (points), `offsets` (points, 2), start and end distance in strides.
 * All float32: the head is small and its numbers are the result.
 *
 * @param presentLevels For dialects without control flow: the levels that the clip has, and no inputs for them.
 */
export function buildGroundingHeadGraph(
  config: GroundingHeadConfig,
  weights: WeightFiles,
  presentLevels?: number,
  dialect: Dialect = cpuDialect,
): BuiltGraph {
  const graph = startGraph(dialect, weights);
  const frameStates = graph.input('frame_states', 'float32', ['frames', config.hidden]);
  const queryState = graph.input('query_state', 'float32', [1, config.hidden]);
  const encoding = graph.input('encoding', 'float32', ['frames', config.width]);
  const layers = new HeadLayers(graph, config, dialect);

  const frames = graph.op('Add', [layers.project('vis_proj', 'vis_emb', frameStates), encoding]);
  const query = layers.project('reg_proj', 'reg_emb', queryState);
  let sequence = graph.op('Concat', [frames, query], { axis: 0 }); // (frames + 1, width)
  for (let layer = 0; layer < config.layers; layer++) sequence = layers.transformerLayer(layer, sequence);
  const normed = layers.norm('vis_norm', sequence);
  const fused = graph.op('Slice', [normed, graph.ints([0]), graph.ints([-1]), graph.ints([0])]); // (frames, width)

  const columns = graph.op('Unsqueeze', [graph.op('Transpose', [fused], { perm: [1, 0] }), graph.ints([0])]); // (1, width, frames)
  const scores: Value[] = [];
  const offsets: Value[] = [];
  for (let level = 0; level < (presentLevels ?? config.levels); level++) {
    const isCertain = level === 0 || presentLevels !== undefined;
    const [score, offset] = isCertain ? layers.level(level, columns) : layers.optionalLevel(level, columns);
    scores.push(score);
    offsets.push(offset);
  }
  graph.output('scores', graph.op('Concat', scores, { axis: 0 }), 'float32', ['points']);
  graph.output('offsets', graph.op('Concat', offsets, { axis: 0 }), 'float32', ['points', 2]);
  return graph.build();
}

class HeadLayers {
  readonly #graph: GraphBuilder;
  readonly #config: GroundingHeadConfig;
  readonly #dialect: Dialect;
  readonly #weights = new Map<string, Value>();

  constructor(graph: GraphBuilder, config: GroundingHeadConfig, dialect: Dialect) {
    this.#dialect = dialect;
    this.#graph = graph;
    this.#config = config;
  }

  /** LayerNorm, linear and a learned embedding: (rows, hidden) → (rows, width). */
  project(module: string, embedding: string, value: Value): Value {
    const { hidden, width } = this.#config;
    const projected = this.#linear(
      `${module}.1`,
      this.#layerNorm(`${module}.0`, value, hidden),
      hidden,
      width,
    );
    return this.#graph.op('Add', [projected, this.#weight(`${embedding}.weights`, [1, width])]);
  }

  norm(module: string, value: Value): Value {
    return this.#layerNorm(module, value, this.#config.width);
  }

  transformerLayer(layer: number, value: Value): Value {
    const graph = this.#graph;
    const { width, intermediate } = this.#config;
    const prefix = `vis_fuse.${layer}`;
    const normed = this.norm(`${prefix}.self_att_norm`, value);
    const [queries, keys, values] = ['q', 'k', 'v'].map((part) =>
      graph.op('Unsqueeze', [
        this.#linear(`${prefix}.self_att.${part}`, normed, width, width),
        graph.ints([0]),
      ]),
    ) as [Value, Value, Value];
    const attended = fullAttention(graph, this.#dialect, [queries, keys, values], {
      heads: attentionHeads,
      width,
    });
    const rows = graph.op('Squeeze', [attended, graph.ints([0])]);
    const afterAttention = graph.op('Add', [value, this.#linear(`${prefix}.self_att.m`, rows, width, width)]);
    const between = this.norm(`${prefix}.ffn_norm`, afterAttention);
    const hidden = this.#silu(this.#linear(`${prefix}.ffn.mapping.0`, between, width, intermediate));
    return graph.op('Add', [
      afterAttention,
      this.#linear(`${prefix}.ffn.mapping.2`, hidden, intermediate, width),
    ]);
  }

  /** A level of the pyramid that only long enough clips have; otherwise no points. */
  optionalLevel(level: number, columns: Value): [Value, Value] {
    const graph = this.#graph;
    const present = graph.input(`level_present.${level}`, 'bool', []);
    const none = (shape: readonly number[]) => graph.op('Expand', [graph.floats(0), graph.ints(shape)]);
    const outputs = [
      { type: 'float32', dims: [`points.${level}`] },
      { type: 'float32', dims: [`points.${level}`, 2] },
    ] as const;
    const results = graph.branch(
      present,
      outputs,
      () => this.level(level, columns),
      () => [none([0]), none([0, 2])],
    );
    return results as [Value, Value];
  }

  /** Scores (points) and offsets (points, 2) of one level; `columns`: (1, width, frames). */
  level(level: number, columns: Value): [Value, Value] {
    const graph = this.#graph;
    const { width } = this.#config;
    let value = level === 0 ? this.#silu(columns) : columns;
    for (let step = 0; step < level; step++) {
      const convolution = `pyramid.blocks.${level}.${1 + 5 * step}`;
      const convolved = this.#convolution(convolution, value, width, width, {
        kernel: 2,
        stride: 2,
        padding: 0,
      });
      const rows = graph.op('Transpose', [convolved], { perm: [0, 2, 1] });
      const activated = this.#silu(this.norm(`pyramid.blocks.${level}.${3 + 5 * step}`, rows));
      value = graph.op('Transpose', [activated], { perm: [0, 2, 1] });
    }
    const score = graph.op('Sigmoid', [this.#head('class_head', value, 1)]); // (1, 1, points)
    const distance = graph.op('Exp', [this.#head('coord_head', value, 2)]); // (1, 2, points)
    const scale = graph.op('Gather', [this.#weight('coef.scale', [this.#config.levels]), graph.ints(level)], {
      axis: 0,
    });
    const offsets = graph.op('Transpose', [graph.op('Mul', [distance, scale])], { perm: [0, 2, 1] });
    return [
      graph.op('Reshape', [score, graph.ints([-1])]),
      graph.op('Reshape', [offsets, graph.ints([-1, 2])]),
    ];
  }

  #head(module: string, value: Value, outputs: number): Value {
    const { width } = this.#config;
    const same = { kernel: 3, stride: 1, padding: 1 };
    const hidden = this.#silu(this.#convolution(`${module}.module.1`, value, width, width, same));
    return this.#convolution(`${module}.module.3`, hidden, width, outputs, same);
  }

  #convolution(
    module: string,
    value: Value,
    inputs: number,
    outputs: number,
    {
      kernel,
      stride,
      padding,
    }: { readonly kernel: number; readonly stride: number; readonly padding: number },
  ): Value {
    const weight = this.#weight(`${module}.weight`, [outputs, inputs, kernel]);
    const bias = this.#weight(`${module}.bias`, [outputs]);
    return this.#graph.op('Conv', [value, weight, bias], {
      strides: [stride],
      pads: [padding, padding],
      kernel_shape: [kernel],
    });
  }

  #linear(module: string, value: Value, inputs: number, outputs: number): Value {
    const weight = this.#weight(`${module}.weight`, [outputs, inputs]);
    return this.#graph.op('Gemm', [value, weight, this.#weight(`${module}.bias`, [outputs])], { transB: 1 });
  }

  #layerNorm(module: string, value: Value, size: number): Value {
    const [weight, bias] = [this.#weight(`${module}.weight`, [size]), this.#weight(`${module}.bias`, [size])];
    return this.#graph.op('LayerNormalization', [value, weight, bias], { axis: -1, epsilon });
  }

  #silu(value: Value): Value {
    return this.#graph.op('Mul', [value, this.#graph.op('Sigmoid', [value])]);
  }

  /** The heads are shared by all levels, so a weight may be asked for more than once. */
  #weight(tensor: string, dims: readonly number[]): Value {
    const known = this.#weights.get(tensor);
    if (known !== undefined) return known;
    const value = this.#graph.weight(tensor, 'float32', dims, { kind: 'float32', source: { tensor } });
    this.#weights.set(tensor, value);
    return value;
  }
}
