import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '../architectures/architecture-family.ts';
import { buildGroundingHeadGraph, type GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import type { Dialect } from '../architectures/layers/dialect.ts';
import { buildLmHeadGraph } from '../architectures/layers/lm-head-graph.ts';
import type { ProductOptions } from '../architectures/layers/products.ts';
import type { BuiltGraph } from '../onnx/graph-builder.ts';
import { readModelOutline, type ModelOutline } from '../onnx/read-model.ts';
import { EngineError } from '../protocol/errors.ts';
import type { Precision } from '../protocol/roles.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { partPrecisions } from './convert/package-files.ts';
import type { Manifest } from './manifest.ts';
import { deviceModelFile, packageFiles } from './package-layout.ts';
import { isFile } from './read-file.ts';

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

  async openTower(): Promise<Session> {
    const { vision } = partPrecisions(this.#manifest.precision);
    return this.#open(packageFiles.vision, (outline) =>
      this.#network.buildVision(this.#options(vision, outline), { places: outline.weights }),
    );
  }

  async openDecoder(): Promise<Session> {
    const { decoder } = partPrecisions(this.#manifest.precision);
    return this.#open(packageFiles.decoder, (outline) =>
      this.#network.buildDecoder(this.#options(decoder, outline), { places: outline.weights }),
    );
  }

  /** A vocabulary head, by its file in the package. */
  async openHead(file: string): Promise<Session> {
    const { hiddenSize } = this.#network.shape;
    return this.#open(file, ({ weights }) => {
      const places = [...weights.values()];
      const vocabulary = Math.max(...places.map(({ dims }) => dims[0] ?? 0));
      // The tensor's name is part of the recipe alone, which is done with.
      const head = { tensor: 'lm_head.weight', hidden: hiddenSize, vocabulary };
      return buildLmHeadGraph(head, this.#manifest.precision, { places: weights }, this.dialect);
    });
  }

  /** The grounding head for clips that have so many levels of its pyramid. */
  async openGroundingHead(
    file: string,
    config: GroundingHeadConfig,
    presentLevels: number,
  ): Promise<Session> {
    return this.#open(file, ({ weights }) =>
      buildGroundingHeadGraph(config, { places: weights }, presentLevels, {
        ...this.dialect,
        activations: 'float32',
      }),
    );
  }

  #options(precision: Precision, { inputNames }: ModelOutline): ProductOptions {
    const adapted = new Set(inputNames);
    return {
      precision,
      dialect: this.dialect,
      outlierCount: () => 0,
      hasAdapter: (module) => adapted.has(`${module}.lora_A`),
    };
  }

  async #open(file: string, build: (outline: ModelOutline) => BuiltGraph): Promise<Session> {
    const forDevices = join(this.#folder, deviceModelFile(file));
    const path = (await isFile(forDevices)) ? forDevices : join(this.#folder, file);
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
