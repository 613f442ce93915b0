import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Network } from '../../architectures/architecture-family.ts';
import type { GroundingHeadConfig } from '../../architectures/grounding-head/graph.ts';
import { buildGroundingHeadGraph } from '../../architectures/grounding-head/graph.ts';
import { buildLmHeadGraph } from '../../architectures/layers/lm-head-graph.ts';
import { dialectFor } from '../../architectures/layers/dialect.ts';
import { adapterInputName, type ProductOptions } from '../../architectures/layers/products.ts';
import type { BuiltGraph } from '../../onnx/built-graph.ts';
import type { OutlierChannels } from '../../onnx/weight-recipe.ts';
import { checkpointName } from '../../protocol/checkpoint-name.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Precision } from '../../protocol/roles.ts';
import type { Adapter } from '../adapters/adapter.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { StoredTensor } from '../safetensors/stored-tensor.ts';
import { deviceModelFile, packageFiles, weightFileOf } from '../package-layout.ts';
import { sliceRows, type WeightSet } from '../safetensors/weight-set.ts';
import { buildHeader, writeSafetensors } from '../safetensors/write-safetensors.ts';
import type { ConversionTask } from './conversion-task.ts';
import { prepareGraphFiles } from './weight-file.ts';

/** Arithmetic of each part at a package's precision: 4-bit weights would cost the vision tower more than they save. */
export function partPrecisions(precision: Precision): {
  readonly vision: Precision;
  readonly decoder: Precision;
} {
  return { vision: precision === 'int4' ? 'int8' : precision, decoder: precision };
}

/** What is written of the trunk and the vision tower, and the tasks that write it. */
export interface TrunkFiles {
  readonly graphs: { readonly vision: BuiltGraph; readonly decoder: BuiltGraph };
  readonly tasks: ConversionTask[];
}

/**
 * Writes the graphs of the vision tower and the decoder, with adapter inputs for every module that a role adapts.
 * @throws EngineError ADAPTER_UNSUPPORTED for an adapter of a module that the graphs do not have.
 */
export async function writeTrunk(
  folder: string,
  checkpoint: Checkpoint,
  network: Network,
  precision: Precision,
  outliers: OutlierChannels,
): Promise<TrunkFiles> {
  const adapted = adaptedModules(checkpoint);
  const met = new Set<string>();
  const options = (part: Precision): ProductOptions => ({
    precision: part,
    pairLimited: true,
    outlierCount: (input) => outliers[input]?.length ?? 0,
    hasAdapter: (module) => {
      const target = checkpointModule(module);
      met.add(target);
      return adapted.has(target);
    },
  });
  const precisions = partPrecisions(precision);
  const graphs = {
    vision: network.buildVision(options(precisions.vision), {
      weightFile: weightFileOf(packageFiles.vision),
    }),
    decoder: network.buildDecoder(options(precisions.decoder), {
      weightFile: weightFileOf(packageFiles.decoder),
    }),
  };
  for (const [module, { role, folder: adapterFolder }] of adapted) {
    if (!met.has(module)) {
      throw new EngineError(
        'ADAPTER_UNSUPPORTED',
        `The ${role} in ${adapterFolder} adapts "${module}", where this network takes no adapter.`,
      );
    }
  }
  const tasks: ConversionTask[] = [];
  for (const part of ['vision', 'decoder'] as const) {
    tasks.push(
      ...(await prepareGraphFiles({
        graph: graphs[part],
        modelPath: join(folder, packageFiles[part]),
        weightsPath: join(folder, weightFileOf(packageFiles[part])),
        weights: checkpoint.weights,
        outliers,
      })),
    );
  }
  if (precision === 'int4') tasks.push(...(await writeTowerForDevices()));
  return { graphs, tasks };

  /** The tower's integers are for processors; devices get it in 8-bit blocks. */
  async function writeTowerForDevices(): Promise<ConversionTask[]> {
    const modelFile = deviceModelFile(packageFiles.vision);
    const graph = network.buildVision(
      { ...options('int8'), dialect: dialectFor('cuda', 'float32') },
      { weightFile: weightFileOf(modelFile) },
    );
    const [modelPath, weightsPath] = [join(folder, modelFile), join(folder, weightFileOf(modelFile))];
    return prepareGraphFiles({ graph, modelPath, weightsPath, weights: checkpoint.weights });
  }
}

/** The adapters of a checkpoint by the modules that they adapt: one of several that adapt the same. */
function adaptedModules(checkpoint: Checkpoint): Map<string, Adapter> {
  return new Map(
    Object.values(checkpoint.adapters).flatMap((adapter) =>
      adapter.targets.map(({ module }) => [module, adapter] as const),
    ),
  );
}

/** Whether a role of the checkpoint adapts a module of the graphs. */
export function adaptedBy(checkpoint: Checkpoint): (module: string) => boolean {
  const adapted = adaptedModules(checkpoint);
  return (module) => adapted.has(checkpointModule(module));
}

const joinedProjection = /\.attn\.(q|k|v)$/;

/** The vision tower's joined q, k and v are three modules in the graph. */
function checkpointModule(module: string): string {
  return module.startsWith('visual.') ? module.replace(joinedProjection, '.attn.qkv') : module;
}

/** A vocabulary head and an embedding table of their own for each role that has them, and the base's for the others. */
export async function writeVocabularies(
  folder: string,
  checkpoint: Checkpoint,
  network: Network,
  precision: Precision,
): Promise<{ embeddings: Record<string, string>; heads: Record<string, string>; tasks: ConversionTask[] }> {
  const embeddings: Record<string, string> = {};
  const heads: Record<string, string> = {};
  const tasks: ConversionTask[] = [];
  const addTable = async (name: string, weights: WeightSet, tensor: string) => {
    embeddings[name] = packageFiles.embeddings(name);
    tasks.push(
      ...(await copyTensors(join(folder, embeddings[name]), [
        { name: 'weight', tensor: weights.get(tensor) },
      ])),
    );
  };
  const addHead = async (name: string, weights: WeightSet, tensor: string) => {
    heads[name] = packageFiles.head(name);
    const vocabulary = weights.get(tensor).shape[0] ?? 0;
    const graph = buildLmHeadGraph({ tensor, hidden: network.shape.hiddenSize, vocabulary }, precision, {
      weightFile: weightFileOf(packageFiles.head(name)),
    });
    const modelPath = join(folder, packageFiles.head(name));
    tasks.push(
      ...(await prepareGraphFiles({ graph, modelPath, weightsPath: weightFileOf(modelPath), weights })),
    );
  };
  const base = checkpoint.weights;
  await addTable('base', base, 'model.embed_tokens.weight');
  await addHead('base', base, baseHead(network, base));
  for (const { role, weights, modulesToSave } of Object.values(checkpoint.adapters)) {
    if (modulesToSave.embedTokens !== undefined) await addTable(role, weights, modulesToSave.embedTokens);
    if (modulesToSave.lmHead !== undefined) await addHead(role, weights, modulesToSave.lmHead);
  }
  return { embeddings, heads, tasks };
}

/** The tensor of the base's vocabulary head; the embedding table where they are tied, or nothing speaks against it. */
function baseHead({ tied }: Network, base: WeightSet): string {
  const own = 'lm_head.weight';
  const isTied = tied ?? !base.has(own);
  return isTied ? 'model.embed_tokens.weight' : own;
}

/** The grounding head's graph; its sizes come from its tensors. */
export async function writeGroundingHead(
  folder: string,
  head: WeightSet,
): Promise<{ config: GroundingHeadConfig; tasks: ConversionTask[] }> {
  const dimension = (tensor: string, axis: number) => head.get(tensor).shape[axis] ?? 0;
  const config: GroundingHeadConfig = {
    hidden: dimension('vis_proj.1.weight', 1),
    width: dimension('vis_proj.1.weight', 0),
    intermediate: dimension('vis_fuse.0.ffn.mapping.0.weight', 0),
    layers: new Set(head.names().flatMap((name) => /^vis_fuse\.(\d+)\./.exec(name)?.[1] ?? [])).size,
    levels: dimension('coef.scale', 0),
  };
  const graph = buildGroundingHeadGraph(config, { weightFile: weightFileOf(packageFiles.groundingHead) });
  const modelPath = join(folder, packageFiles.groundingHead);
  return {
    config,
    tasks: await prepareGraphFiles({ graph, modelPath, weightsPath: weightFileOf(modelPath), weights: head }),
  };
}

/**
 * A role's adapter as the graph's inputs want it: A transposed to (in, rank), B to (rank, out) with the scale folded in,
 * float32. An adapter of the vision tower's joined projection is cut into its three parts.
 */
export async function writeAdapter(path: string, adapter: Adapter): Promise<void> {
  const tensors: { name: string; shape: number[]; values: Float32Array }[] = [];
  for (const { module, a, b, rank, scale } of adapter.targets) {
    const down = await adapter.weights.readFloat32(a);
    const up = await adapter.weights.readFloat32(b);
    const inputs = down.length / rank;
    const outputs = up.length / rank;
    const parts = module.endsWith('.attn.qkv')
      ? ['q', 'k', 'v'].map((part) => module.replace(/qkv$/, part))
      : [module];
    for (const [index, part] of parts.entries()) {
      const size = outputs / parts.length;
      const rows = up.subarray(index * size * rank, (index + 1) * size * rank);
      tensors.push(
        {
          name: adapterInputName(part, 'A'),
          shape: [inputs, rank],
          values: transpose(down, rank, inputs, 1),
        },
        {
          name: adapterInputName(part, 'B'),
          shape: [rank, size],
          values: transpose(rows, size, rank, scale),
        },
      );
    }
  }
  await writeSafetensors(
    path,
    tensors.map(({ name, shape, values }) => ({
      name,
      shape,
      dtype: 'F32',
      data: () => [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
    })),
  );
}

/** (rows, columns) × factor → (columns, rows). */
function transpose(values: Float32Array, rows: number, columns: number, factor: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = (values[row * columns + column] as number) * factor;
    }
  }
  return result;
}

const copyPieceBytes = 64 * 1024 * 1024;

/** Makes a safetensors file with room for the tensors and the tasks that copy them in, a run of rows each. */
async function copyTensors(
  path: string,
  tensors: readonly { readonly name: string; readonly tensor: StoredTensor }[],
): Promise<ConversionTask[]> {
  const header = buildHeader(
    tensors.map(({ name, tensor }) => ({ name, shape: tensor.shape, dtype: tensor.dtype })),
  );
  await writeFile(path, header);
  const tasks: ConversionTask[] = [];
  let offset = header.length;
  for (const { tensor } of tensors) {
    const rows = tensor.shape[0] ?? 1;
    const rowBytes = tensor.byteLength / rows;
    const step = Math.max(1, Math.floor(copyPieceBytes / rowBytes));
    for (let first = 0; first < rows; first += step) {
      const piece = sliceRows(tensor, { start: first, end: Math.min(rows, first + step) });
      tasks.push({ kind: 'copy', tensor: piece, target: { file: path, offset: offset + first * rowBytes } });
    }
    offset += tensor.byteLength;
  }
  return tasks;
}

/** A name for a package when none is given: that of the checkpoint's folder. */
export function defaultName(checkpoint: Checkpoint): string {
  return checkpointName(checkpoint.adaptersFolder ?? checkpoint.baseFolder);
}
