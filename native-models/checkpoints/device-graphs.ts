import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '../architectures/architecture-family.ts';
import { scoredTokens } from '../architectures/decoder/device-work.ts';
import { firstTrunkSizes, openTrunkSizes } from '../architectures/decoder/static-language-model.ts';
import { buildGroundingHeadGraph, type GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import { openHeadSizes } from '../architectures/grounding-head/grounding-head.ts';
import { forSizes, type Dialect } from '../architectures/layers/dialect.ts';
import { buildLmHeadGraph } from '../architectures/layers/lm-head-graph.ts';
import type { ProductOptions } from '../architectures/layers/products.ts';
import { GraphForSizes, graphOfAnySize, type SizedGraph } from '../architectures/sized-graph.ts';
import { openTowerSizes } from '../architectures/vision-tower/device-vision-encoder.ts';
import type { BuiltGraph } from '../onnx/built-graph.ts';
import type { Sizes } from '../onnx/graph-builder.ts';
import { readModelOutline, type ModelOutline } from '../onnx/read-model.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Precision } from '../protocol/roles.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { partPrecisions } from './convert/package-files.ts';
import type { Manifest } from './manifest.ts';
import { deviceModelFile, packageFiles } from './package-layout.ts';
import { isFile } from './read-file.ts';
import { RoleAdapters } from './role-adapters.ts';

/**
 * The graphs of a package in the dialect of a device. They are written when the package is opened, over the weights that stand
 * in its files for the processor: a weight is found by its name in the outline of the graph that it was written for. So one set
 * of weights serves processor and device; weights that only a processor reads have a second set for devices beside them.
 */
export class DeviceGraphs {
  readonly dialect: Dialect;
  readonly #folder: string;
  readonly #manifest: Manifest;
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #onDeviceOnly: boolean;

  constructor(
    place: { readonly folder: string; readonly manifest: Manifest; readonly network: Network },
    runtime: Runtime,
    dialect: Dialect,
    onDeviceOnly: boolean,
  ) {
    this.dialect = dialect;
    this.#folder = place.folder;
    this.#manifest = place.manifest;
    this.#network = place.network;
    this.#runtime = runtime;
    this.#onDeviceOnly = onDeviceOnly;
  }

  /** @param adapterRank In dialect `plain`: to which all adapters are padded. */
  tower(adapterRank: number): Promise<SizedGraph> {
    const { vision } = partPrecisions(this.#manifest.precision);
    return this.#trunkPart(packageFiles.vision, openTowerSizes, adapterRank, (outline, dialect) =>
      this.#network.buildVision(this.#options(vision, outline, dialect), { places: outline.weights }),
    );
  }

  /** The decoder, its graph for single tokens open. @param adapterRank As of `tower`. */
  async decoder(adapterRank: number): Promise<SizedGraph> {
    const { decoder } = partPrecisions(this.#manifest.precision);
    const graph = await this.#trunkPart(
      packageFiles.decoder,
      openTrunkSizes,
      adapterRank,
      (outline, dialect) =>
        this.#network.buildDecoder(this.#options(decoder, outline, dialect), { places: outline.weights }),
    );
    if (graph instanceof GraphForSizes) await graph.prepare(firstTrunkSizes);
    return graph;
  }

  /** A vocabulary head, by its file in the package. */
  async openHead(file: string): Promise<Session> {
    const { hiddenSize } = this.#network.shape;
    return this.#open(file, ({ weights }) => {
      const places = [...weights.values()];
      const vocabulary = Math.max(...places.map(({ dims }) => dims[0] ?? 0));
      // The tensor's name is part of the recipe alone, which is done with.
      const head = { tensor: 'lm_head.weight', hidden: hiddenSize, vocabulary };
      const dialect = forSizes(this.dialect, { count: scoredTokens });
      return buildLmHeadGraph(head, this.#manifest.precision, { places: weights }, dialect);
    });
  }

  /** The grounding head: a graph for each number of levels of its pyramid, or of frames. */
  groundingHead(file: string, config: GroundingHeadConfig): GraphForSizes {
    const dialect: Dialect = { ...this.dialect, activations: 'float32' };
    return new GraphForSizes(
      (sizes) =>
        this.#open(file, ({ weights }) =>
          buildGroundingHeadGraph(config, { places: weights }, sizes['levels'], forSizes(dialect, sizes)),
        ),
      { most: openHeadSizes, adapterInputs: [] },
    );
  }

  async #trunkPart(
    file: string,
    most: number,
    adapterRank: number,
    build: (outline: ModelOutline, dialect: Dialect) => BuiltGraph,
  ): Promise<SizedGraph> {
    const { inputNames } = readModelOutline(await readFile(await this.#modelPath(file)));
    const adapterInputs = RoleAdapters.inputsOf(inputNames);
    if (this.dialect.name !== 'plain')
      return graphOfAnySize(await this.#open(file, (outline) => build(outline, this.dialect)), adapterInputs);
    const open = (sizes: Sizes) =>
      this.#open(file, (outline) =>
        build(outline, forSizes(this.dialect, { ...sizes, rank: Math.max(1, adapterRank) })),
      );
    return new GraphForSizes(open, { most, adapterInputs });
  }

  #options(precision: Precision, { inputNames }: ModelOutline, dialect: Dialect): ProductOptions {
    const adapted = new Set(inputNames);
    return {
      precision,
      dialect,
      outlierCount: () => 0,
      hasAdapter: (module) => adapted.has(`${module}.lora_A`),
    };
  }

  async #modelPath(file: string): Promise<string> {
    const forDevices = join(this.#folder, deviceModelFile(file));
    return (await isFile(forDevices)) ? forDevices : join(this.#folder, file);
  }

  async #open(file: string, build: (outline: ModelOutline) => BuiltGraph): Promise<Session> {
    const path = await this.#modelPath(file);
    let model: Uint8Array;
    try {
      ({ model } = build(readModelOutline(await readFile(path))));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new EngineError('PACKAGE_DAMAGED', `${path}: ${error.message}`, { cause: error });
    }
    return this.#runtime.createSession(model, {
      weightFolder: this.#folder,
      onDeviceOnly: this.#onDeviceOnly,
      // The tower's sums and norms are slower when they are fused.
      ...(file === packageFiles.vision ? { disabledOptimizers: ['SkipLayerNormFusion'] } : {}),
    });
  }
}
