import { copyFile, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigSources, Network } from '../architectures/architecture-family.ts';
import type { ExternalWeight } from '../onnx/built-graph.ts';
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
  adaptedBy,
  defaultName,
  partPrecisions,
  writeAdapter,
  writeGroundingHead,
  writeTrunk,
  writeVocabularies,
  type TrunkFiles,
} from './convert/package-files.ts';
import { ConversionPool } from './convert/worker-pool.ts';
import { writeManifest, type ConvertedParts } from './convert/write-manifest.ts';
import type { Manifest } from './manifest.ts';
import { packageFiles, weightFileOf } from './package-layout.ts';
import { makeSelfCheck } from './self-check/make-self-check.ts';
import { writeSelfCheck } from './self-check/self-check.ts';
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
    imagePreprocessor: checkpoint.imagePreprocessorConfig,
  };
  const network = checkpoint.family.readNetwork(sources);
  const staging = await stageOutput(request.outPath, request.force, estimateBytes(checkpoint, request));
  const pool = new ConversionPool(request.threads);
  const abort = () => void pool.close();
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const converted = await convert(request, checkpoint, network, staging.path, pool, options);
    const name = request.name ?? defaultName(checkpoint);
    options.onProgress?.({ stage: 'copying', item: 'checksums', doneBytes: 0, totalBytes: 1 });
    const origin = { checkpoint, sources, precision: request.precision, name };
    const manifest = await writeManifest(origin, converted, staging.path, pool);
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
  const factor = precision === 'fp32' ? 2 : precision === 'fp16' ? 1 : 0.75;
  return Math.ceil(factor * (bytesOf(checkpoint.weights) + bytesOf(checkpoint.groundingHead)) + 2 * adapters);
}

interface Converted extends ConvertedParts {
  readonly layerErrors: ImportReport['layerErrors'];
}

async function convert(
  request: ImportRequest,
  checkpoint: Checkpoint,
  network: Network,
  folder: string,
  pool: ConversionPool,
  { onProgress, signal }: ImportOptions,
): Promise<Converted> {
  const calibrationOptions: CalibrationOptions = {
    network,
    weights: checkpoint.weights,
    runtime: createOnnxRuntime(await chooseDevice('cpu', request.precision), { threads: request.threads }),
    promptIds: await calibrationPrompt(checkpoint, network),
    isAdapted: adaptedBy(checkpoint),
    onLayer: layerCounter(network, 'calibrating', onProgress),
    signal,
  };
  const isFloat = request.precision === 'fp32' || request.precision === 'fp16';
  const calibration = isFloat ? { outliers: {}, states: [] } : await calibrate(calibrationOptions);

  const trunk = await writeTrunk(folder, checkpoint, network, request.precision, calibration.outliers);
  const vocabularies = await writeVocabularies(folder, checkpoint, network, request.precision);
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

  const layerErrors = isFloat
    ? []
    : await measureLayerErrors(
        { ...calibrationOptions, onLayer: layerCounter(network, 'verifying', onProgress) },
        calibration,
        partPrecisions(request.precision),
        packageWeightReader(folder, trunk),
      );
  const { embeddings, heads } = vocabularies;
  if (request.precision !== 'int8') {
    onProgress?.({ stage: 'verifying', item: 'self-check', doneBytes: 0, totalBytes: 1 });
    const groundingHead = head && { file: packageFiles.groundingHead, config: head.config };
    const place = { folder, network, precision: request.precision, heads, embeddings, groundingHead };
    const check = await makeSelfCheck(place, { threads: request.threads, signal });
    await writeSelfCheck(join(folder, packageFiles.selfCheck), check);
  }
  return {
    embeddings,
    heads,
    adapters,
    groundingHead: head === undefined ? undefined : { ...head.config },
    pairLimited: pairLimitedGraphs(trunk),
    layerErrors,
  };
}

/** Files of the graphs whose integer weights, of which there are some, are all pair-limited. */
function pairLimitedGraphs({ graphs }: TrunkFiles): string[] {
  return (['vision', 'decoder'] as const)
    .filter((part) => {
      const integers = graphs[part].weights.flatMap(({ recipe }) => (recipe.kind === 'int8' ? recipe : []));
      return integers.length > 0 && integers.every(({ pairLimited }) => pairLimited === true);
    })
    .map((part) => packageFiles[part]);
}

/** Token ids of a prompt with the calibration clip and every prompt text of the package. */
async function calibrationPrompt(checkpoint: Checkpoint, { shape }: Network): Promise<number[]> {
  const tokenizer = await loadTokenizer(checkpoint.tokenizerFiles);
  const visualTokens = new Array<number>(calibrationVisualTokens(shape)).fill(shape.tokens.videoPad);
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
    .flatMap((id) => (id === shape.tokens.videoPad ? visualTokens : [id]))
    .slice(0, 512);
}

function layerCounter(
  { layerCount }: Network,
  stage: ImportProgress['stage'],
  onProgress: ImportOptions['onProgress'],
): (name: string) => void {
  let done = 0;
  return (name) => onProgress?.({ stage, item: name, doneBytes: done++, totalBytes: layerCount });
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
