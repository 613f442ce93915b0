import type { BuiltGraph, ExternalWeight } from '../../onnx/graph-builder.ts';
import { throwIfCancelled } from '../../protocol/errors.ts';
import type { Feeds, Runtime, Session, Tensor } from '../../runtime/runtime.ts';

/** Reads the values of one weight, as the graph's input wants them. */
export type WeightReader = (weight: ExternalWeight) => Promise<Tensor>;

/**
 * Runs equal layers one after another through one session: its weights are inputs, so that a network passes through the
 * memory of a single layer.
 */
export class LayerRunner {
  readonly #session: Session;
  readonly #names: readonly string[];
  readonly #build: (layer: number) => BuiltGraph;

  private constructor(session: Session, build: (layer: number) => BuiltGraph) {
    this.#session = session;
    this.#build = build;
    this.#names = build(0).weights.map(({ name }) => name);
  }

  /** @param build The graph of a layer; the same for all but for the names of its weights. */
  static async create(runtime: Runtime, build: (layer: number) => BuiltGraph): Promise<LayerRunner> {
    return new LayerRunner(await runtime.createSession(build(0).model), build);
  }

  /** Runs one layer. `feeds` holds everything but the weights. */
  async run(
    layer: number,
    feeds: Feeds,
    read: WeightReader,
    outputs: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Record<string, Float32Array>> {
    throwIfCancelled(signal);
    const all: Record<string, Tensor> = { ...feeds };
    for (const [index, weight] of this.#build(layer).weights.entries()) {
      all[this.#names[index] ?? ''] = await read(weight);
    }
    const results = await this.#session.run(all, outputs);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
    );
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
