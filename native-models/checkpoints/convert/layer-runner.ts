import type { LayerStage } from '../../architectures/architecture-family.ts';
import type { ProductOptions } from '../../architectures/layers/products.ts';
import type { BuiltGraph, ExternalWeight } from '../../onnx/built-graph.ts';
import { throwIfCancelled } from '../../protocol/errors.ts';
import { float32, type Runtime, type Session, type Tensor } from '../../runtime/runtime.ts';

/** Reads the values of one weight, as the graph's input wants them. */
export type WeightReader = (weight: ExternalWeight) => Promise<Tensor>;

/**
 * Runs the stages of a network one after another, those of a kind through one session: weights are its inputs, so that a
 * network passes through the memory of a single stage.
 */
export class LayerRunner {
  readonly #runtime: Runtime;
  readonly #options: (stage: LayerStage) => ProductOptions;
  readonly #forms = new Map<string, { readonly session: Session; readonly names: readonly string[] }>();

  /** @param options How the products of a stage are made; the same for all stages of a kind. */
  constructor(runtime: Runtime, options: (stage: LayerStage) => ProductOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  /** Runs one stage on `state`, (rows, stage.width), and returns the named outputs. */
  async run(
    stage: LayerStage,
    state: Float32Array,
    read: WeightReader,
    outputs: readonly string[],
    signal?: AbortSignal,
  ): Promise<Record<string, Float32Array>> {
    throwIfCancelled(signal);
    const graph = stage.build(this.#options(stage));
    // Stages of a kind differ in what adapters read, if they do.
    const form = `${stage.kind} ${graph.weights.map(({ recipe }) => recipe.kind).join(' ')}`;
    const { session, names } = await this.#sessionOf(form, graph);
    const feeds: Record<string, Tensor> = {
      ...stage.feeds,
      state: float32(state, [state.length / stage.width, stage.width]),
    };
    for (const [index, weight] of graph.weights.entries()) feeds[names[index] ?? ''] = await read(weight);
    const results = await session.run(feeds, outputs);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
    );
  }

  /** Lets the sessions go; the runner is of no use after that. */
  async release(): Promise<void> {
    for (const { session } of this.#forms.values()) await session.release();
    this.#forms.clear();
  }

  async #sessionOf(
    form: string,
    graph: BuiltGraph,
  ): Promise<{ readonly session: Session; readonly names: readonly string[] }> {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const made = {
      session: await this.#runtime.createSession(graph.model),
      names: graph.weights.map(({ name }) => name),
    };
    this.#forms.set(form, made);
    return made;
  }
}
