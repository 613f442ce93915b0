import type { LayerStage, Network } from '../../architectures/architecture-family.ts';
import type { ProductOptions } from '../../architectures/layers/products.ts';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import type { FrameSize } from '../../media/video.ts';
import type { ExternalWeight } from '../../onnx/built-graph.ts';
import { EngineError } from '../../protocol/errors.ts';
import { float32, type Runtime } from '../../runtime/runtime.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';
import { LayerRunner, type WeightReader } from './layer-runner.ts';

/** What one stage made of its state. */
export interface StageResult {
  readonly stage: LayerStage;
  readonly before: Float32Array;
  /** The stage's `next`. */
  readonly after: Float32Array;
  /** Activations that its products read, by the names of their outlier channels. */
  readonly productInputs: Readonly<Record<string, Float32Array>>;
}

/** Weights of a network as floats, wherever they are kept. */
export interface FloatWeights {
  /** The values of a graph's weight, float32 in its recipe, row-major. */
  read(weight: ExternalWeight): Promise<Float32Array>;
  /** A row of the embedding table: (hidden). */
  embed(tokenId: number): Promise<Float32Array>;
}

/** Sees each stage when it has run. */
export type StageObserver = (result: StageResult) => void;

const plain: ProductOptions = { precision: 'fp32', outlierCount: () => 0, hasAdapter: () => false };

/** How a network in float32 is computed. */
export type FloatArithmetic = Pick<ProductOptions, 'roundedInputs'>;

/**
 * A network in float32, a stage at a time, so that it passes through the memory of one: what conversion is calibrated with and
 * measured against, and what devices are checked against.
 */
export class FloatNetwork {
  readonly #network: Network;
  readonly #weights: FloatWeights;
  readonly #runtime: Runtime;
  readonly #options: ProductOptions;

  constructor(network: Network, weights: FloatWeights, runtime: Runtime, arithmetic: FloatArithmetic = {}) {
    this.#options = { ...plain, ...arithmetic };
    this.#network = network;
    this.#weights = weights;
    this.#runtime = runtime;
  }

  /** Features of frame pairs in the tower's own order of cells, and those of each deepstack level: (tokens, hidden) each. */
  async encode(
    frames: readonly TowerFrame[],
    size: FrameSize,
    observe: StageObserver,
    signal?: AbortSignal,
  ): Promise<{ readonly features: Float32Array; readonly deepstack: readonly Float32Array[] }> {
    const pairs = frames.length / this.#network.shape.temporalPatchSize;
    const stages = this.#network.visionStages(size, pairs);
    const read: Float32Array[] = [];
    await this.#walk(
      stages,
      this.#network.patches(frames, size),
      (result) => {
        if (result.stage.result === 'features') read.push(result.after);
        observe(result);
        return result.after;
      },
      signal,
    );
    const features = read.pop();
    if (features === undefined) throw new EngineError('INTERNAL', 'The vision tower has no merger.');
    return { features, deepstack: read };
  }

  /**
   * Reads a prompt from its start: the state after the last layer, before the final norm, (tokens, hidden). Features go,
   * in order, to the video pads.
   */
  async read(
    prompt: {
      readonly tokenIds: readonly number[];
      /** (3, tokens) */
      readonly positions: Int32Array;
      readonly features: Float32Array;
      readonly deepstack: readonly Float32Array[];
    },
    observe: StageObserver,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const { tokenIds, positions, features, deepstack } = prompt;
    const { hiddenSize, tokens } = this.#network.shape;
    const visualRows = tokenIds.flatMap((id, row) => (id === tokens.videoPad ? [row] : []));
    const embeddings = new Float32Array(tokenIds.length * hiddenSize);
    for (const [row, id] of tokenIds.entries()) {
      if (id === tokens.videoPad) continue;
      embeddings.set(await this.#weights.embed(id), row * hiddenSize);
    }
    addRows(embeddings, features, visualRows, hiddenSize);
    let layer = 0;
    return this.#walk(
      this.#network.decoderStages(positions),
      embeddings,
      (result) => {
        observe(result);
        const level = deepstack[layer++];
        if (level === undefined) return result.after;
        const next = result.after.slice();
        addRows(next, level, visualRows, hiddenSize);
        return next;
      },
      signal,
    );
  }

  /** The final norm of states: what a vocabulary head reads, (rows, hidden). */
  normalize(states: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    return this.#walk([this.#network.finalNormStage()], states, ({ after }) => after, signal);
  }

  /** Runs stages on each other's results; `follow` gives the state to go on with. Returns the last state. */
  async #walk(
    stages: readonly LayerStage[],
    start: Float32Array,
    follow: (result: StageResult) => Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const runner = new LayerRunner(this.#runtime, () => this.#options);
    const read: WeightReader = async (weight) => float32(await this.#weights.read(weight), weight.dims);
    let state = start;
    try {
      for (const stage of stages) {
        const outputs = ['next', ...stage.productInputs.map(({ output }) => output)];
        const results = await runner.run(stage, state, read, outputs, signal);
        const productInputs = Object.fromEntries(
          stage.productInputs.map(({ output, name }) => [name, results[output] as Float32Array]),
        );
        const after = results['next'] as Float32Array;
        const next = follow({ stage, before: state, after, productInputs });
        if (stage.result === 'state') state = next;
      }
      return state;
    } finally {
      await runner.release();
    }
  }
}

/** Adds rows of `width` to the named rows of `target`. */
function addRows(target: Float32Array, source: Float32Array, rows: readonly number[], width: number): void {
  for (const [index, row] of rows.entries()) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      target[at] = (target[at] as number) + (source[index * width + column] as number);
    }
  }
}

/** Weights straight from a checkpoint's files. */
export function checkpointWeights(weights: WeightSet): FloatWeights {
  return {
    read({ name, recipe }) {
      if (recipe.kind !== 'float32') throw new EngineError('INTERNAL', `${name} is not a float32 weight.`);
      const { tensor, rows } = recipe.source;
      return weights.readFloat32(tensor, rows && { start: rows[0], end: rows[1] });
    },
    embed: (id) => weights.readFloat32('model.embed_tokens.weight', { start: id, end: id + 1 }),
  };
}
