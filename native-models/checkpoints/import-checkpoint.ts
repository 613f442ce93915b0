import { createHash } from 'node:crypto';
import { copyFile, open, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  readQwen2VlConfig,
  type ConfigSources,
  type Qwen2VlConfig,
} from '../architectures/qwen2-vl/config.ts';
import type { ExternalWeight } from '../onnx/graph-builder.ts';
import { EngineError, throwIfCancelled, toEngineError } from '../protocol/errors.ts';
import type { ImportProgress, ImportReport, ImportRequest } from '../protocol/import-request.ts';
import { createOnnxRuntime } from '../runtime/onnxruntime.ts';
import { chooseDevice } from '../runtime/providers.ts';
import { openCheckpoint, type Checkpoint } from './checkpoint.ts';
import { calibrate, measureLayerErrors, type CalibrationOptions } from './convert/calibrate.ts';
import { calibrationQuestion, calibrationVisualTokens } from './convert/calibration-input.ts';
import type { ConversionTask } from './convert/conversion-task.ts';
import { stageOutput } from './convert/output-folder.ts';
import {
  defaultName,
  partPrecisions,
  writeAdapter,
  writeGroundingHead,
  writeTrunk,
  writeVocabularies,
  type TrunkFiles,
} from './convert/package-files.ts';
import { ConversionPool } from './convert/worker-pool.ts';
import type { Manifest } from './manifest.ts';
import { packageFiles, weightFileOf } from './package-layout.ts';
import { compileChatTemplate } from './text/chat-template.ts';
import { loadTokenizer } from './text/tokenizer.ts';

export interface ImportOptions {
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a model package from a checkpoint as people download it.
 *
 * Flow: read and check the checkpoint's headers → run a calibration prompt through it in float32, a layer at a time → write
 * the graphs, then fill in their weight files from worker threads, a tensor at a time → measure what the conversion costs
 * each layer → checksums → manifest last, and the whole folder put in its place by one rename.
 *
 * @throws EngineError of reading (openCheckpoint), WEIGHTS_NOT_FINITE, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL,
 * CANCELLED; nothing is left behind then.
 */
export async function importCheckpoint(
  request: ImportRequest,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const startedMs = performance.now();
  const checkpoint = await openCheckpoint(request);
  const sources: ConfigSources = {
    base: checkpoint.baseConfig,
    adapters: checkpoint.adaptersConfig,
    generation: checkpoint.generationConfig,
    preprocessor: checkpoint.preprocessorConfig,
  };
  const config = readQwen2VlConfig(sources);
  const staging = await stageOutput(request.outPath, request.force, estimateBytes(checkpoint, request));
  const pool = new ConversionPool(request.threads);
  const abort = () => void pool.close();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const converted = await convert(request, checkpoint, config, staging.path, pool, options);
    const name = request.name ?? defaultName(checkpoint);
    const manifest = await writeManifest(
      request,
      checkpoint,
      sources,
      converted,
      staging.path,
      name,
      pool,
      options,
    );
    throwIfCancelled(options.signal);
    await staging.publish();
    return {
      path: request.outPath,
      name,
      precision: request.precision,
      roles: manifest.roles,
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      durationSec: (performance.now() - startedMs) / 1000,
      promptSource: checkpoint.promptSource,
      layerErrors: converted.layerErrors,
      warnings: [...checkpoint.warnings],
    };
  } catch (error) {
    await pool.close();
    await staging.discard();
    throwIfCancelled(options.signal);
    throw toEngineError(error);
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await pool.close();
  }
}

/** Upper bound of what the package takes on disk. */
function estimateBytes(checkpoint: Checkpoint, { precision }: ImportRequest): number {
  const bytesOf = (weights: Checkpoint['weights'] | undefined) =>
    weights?.names().reduce((sum, name) => sum + weights.get(name).byteLength, 0) ?? 0;
  const adapters = Object.values(checkpoint.adapters).reduce((sum, { weights }) => sum + bytesOf(weights), 0);
  const factor = precision === 'fp32' ? 2 : 0.75;
  return Math.ceil(factor * (bytesOf(checkpoint.weights) + bytesOf(checkpoint.groundingHead)) + 2 * adapters);
}

interface Converted {
  readonly embeddings: Record<string, string>;
  readonly heads: Record<string, string>;
  readonly adapters: Manifest['adapters'];
  readonly groundingHead: Record<string, number> | undefined;
  readonly layerErrors: ImportReport['layerErrors'];
}

async function convert(
  request: ImportRequest,
  checkpoint: Checkpoint,
  config: Qwen2VlConfig,
  folder: string,
  pool: ConversionPool,
  { onProgress, signal }: ImportOptions,
): Promise<Converted> {
  const calibrationOptions: CalibrationOptions = {
    config,
    weights: checkpoint.weights,
    runtime: createOnnxRuntime(await chooseDevice('cpu', request.precision), { threads: request.threads }),
    promptIds: await calibrationPrompt(checkpoint, config),
    onLayer: layerCounter(config, 'calibrating', onProgress),
    signal,
  };
  const calibration =
    request.precision === 'fp32' ? { outliers: {}, states: [] } : await calibrate(calibrationOptions);

  const trunk = await writeTrunk(folder, checkpoint, config, request.precision, calibration.outliers);
  const vocabularies = await writeVocabularies(folder, checkpoint, config, request.precision);
  const head =
    checkpoint.groundingHead === undefined
      ? undefined
      : await writeGroundingHead(folder, checkpoint.groundingHead);
  await runTasks([...trunk.tasks, ...vocabularies.tasks, ...(head?.tasks ?? [])], pool, onProgress);

  const adapters: Manifest['adapters'] = {};
  for (const adapter of Object.values(checkpoint.adapters)) {
    throwIfCancelled(signal);
    const file = packageFiles.adapter(adapter.role);
    await writeAdapter(join(folder, file), adapter);
    adapters[adapter.role] = { file, rank: Math.max(...adapter.targets.map(({ rank }) => rank)) };
  }
  await copyFile(checkpoint.tokenizerFiles.tokenizerPath, join(folder, packageFiles.tokenizer));
  await writeFile(join(folder, packageFiles.chatTemplate), checkpoint.chatTemplate);

  const layerErrors =
    request.precision === 'fp32'
      ? []
      : await measureLayerErrors(
          { ...calibrationOptions, onLayer: layerCounter(config, 'verifying', onProgress) },
          calibration,
          partPrecisions(request.precision),
          packageWeightReader(folder, trunk),
        );
  const { embeddings, heads } = vocabularies;
  return {
    embeddings,
    heads,
    adapters,
    groundingHead: head === undefined ? undefined : { ...head.config },
    layerErrors,
  };
}

/** Token ids of a prompt with the calibration clip and every prompt text of the package. */
async function calibrationPrompt(checkpoint: Checkpoint, config: Qwen2VlConfig): Promise<number[]> {
  const tokenizer = await loadTokenizer(checkpoint.tokenizerFiles);
  const template = compileChatTemplate(checkpoint.chatTemplate);
  const prompts = Object.values(checkpoint.promptSet.prompts).filter((prompt) => prompt !== undefined);
  const text = [...prompts, calibrationQuestion]
    .map((prompt) => prompt.replaceAll(/\{(?:question|query)\}/g, () => calibrationQuestion))
    .join('\n');
  const rendered = template([{ role: 'user', content: [{ type: 'video' }, { type: 'text', text }] }], {
    addGenerationPrompt: true,
  });
  return tokenizer
    .encode(rendered)
    .flatMap((id) => (id === config.shape.tokens.videoPad ? visualTokens(config) : [id]))
    .slice(0, 512);
}

function visualTokens(config: Qwen2VlConfig): number[] {
  return new Array<number>(calibrationVisualTokens(config)).fill(config.shape.tokens.videoPad);
}

function layerCounter(
  config: Qwen2VlConfig,
  stage: ImportProgress['stage'],
  onProgress: ImportOptions['onProgress'],
): (name: string) => void {
  let done = 0;
  const total = config.vision.layers + config.decoder.layers;
  return (name) => onProgress?.({ stage, item: name, doneBytes: done++, totalBytes: total });
}

/** Runs tasks in worker threads, the first failure ends them all. */
async function runTasks(
  tasks: readonly ConversionTask[],
  pool: ConversionPool,
  onProgress: ImportOptions['onProgress'],
): Promise<void> {
  const sizeOf = (task: ConversionTask) => (task.kind === 'hash' ? 0 : task.tensor.byteLength);
  const totalBytes = tasks.reduce((sum, task) => sum + sizeOf(task), 0);
  let doneBytes = 0;
  const results = await Promise.allSettled(
    tasks.map(async (task) => {
      await pool.run(task);
      doneBytes += sizeOf(task);
      const item = task.kind === 'hash' ? task.file : task.tensor.name;
      onProgress?.({ stage: 'quantizing', item, doneBytes, totalBytes });
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Reads weights of the trunk back from the files that were just written. */
function packageWeightReader(
  folder: string,
  { graphs }: TrunkFiles,
): (weight: ExternalWeight) => Promise<Uint8Array> {
  const places = new Map(
    (['vision', 'decoder'] as const).flatMap((part) =>
      graphs[part].weights.map(
        (weight) => [weight.name, { weight, file: weightFileOf(packageFiles[part]) }] as const,
      ),
    ),
  );
  return async ({ name }) => {
    const place = places.get(name);
    if (place === undefined) throw new EngineError('INTERNAL', `The package has no weight ${name}.`);
    const { byteLength, offset } = place.weight;
    const file = await open(join(folder, place.file), 'r');
    try {
      const bytes = new Uint8Array(byteLength);
      await file.read(bytes, 0, byteLength, offset);
      return bytes;
    } finally {
      await file.close();
    }
  };
}

async function writeManifest(
  request: ImportRequest,
  checkpoint: Checkpoint,
  configSources: ConfigSources,
  converted: Converted,
  folder: string,
  name: string,
  pool: ConversionPool,
  { onProgress }: ImportOptions,
): Promise<Manifest> {
  onProgress?.({ stage: 'copying', item: 'checksums', doneBytes: 0, totalBytes: 1 });
  const describe = async (label: string, path: string) => {
    const [{ size }, { sha256 }] = await Promise.all([stat(path), pool.run({ kind: 'hash', file: path })]);
    return { name: label, bytes: size, sha256: sha256 ?? '' };
  };
  const sources = await Promise.all(checkpoint.sources.map((source) => describe(source.name, source.path)));
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (file) => {
      const { bytes, sha256 } = await describe(file, join(folder, file));
      return { path: file, bytes, sha256 };
    }),
  );
  const manifest: Manifest = {
    format: 'videomind-package',
    formatVersion: 1,
    name,
    architecture: 'qwen2-vl',
    precision: request.precision,
    roles: [...checkpoint.roles],
    checksum: checksumOf(
      sources.map(({ sha256 }) => sha256),
      request.precision,
    ),
    promptSource: checkpoint.promptSource,
    promptSet: checkpoint.promptSet,
    network: { ...configSources, groundingHead: converted.groundingHead },
    adapters: converted.adapters,
    embeddings: converted.embeddings,
    heads: converted.heads,
    ...(converted.groundingHead === undefined ? {} : { groundingHead: packageFiles.groundingHead }),
    files,
    sources,
    createdBy: 'videomind-desktop',
  };
  for (const file of names) await syncFile(join(folder, file));
  const path = join(folder, packageFiles.manifest);
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  await syncFile(path);
  await syncFile(dirname(path)).catch(() => undefined); // not every platform can sync a folder
  return manifest;
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function checksumOf(sourceChecksums: readonly string[], precision: string): string {
  return createHash('sha256')
    .update([...sourceChecksums].sort().join('\n') + precision)
    .digest('hex');
}
