import { isAbsolute, join, relative } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import { type Role, roleNames } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import { checkAdapterFits } from './adapters/adapter-fit.ts';
import { type Adapter, adapterConfigFile, openAdapter } from './adapters/adapter.ts';
import { type Environment, findBase, resolveCheckpointFolder } from './base-location.ts';
import {
  findFirst,
  findTokenizerFiles,
  readChatTemplate,
  readFirstConfig,
  type SourcedConfig,
  type TokenizerFiles,
} from './checkpoint-files.ts';
import { openGroundingHead } from './grounding-head-weights.ts';
import type { PromptSet, PromptSource } from './manifest.ts';
import {
  type AdaptersConfig,
  type BaseConfig,
  mergeNetworkConfig,
  readAdaptersConfig,
  readBaseConfig,
} from './network-config.ts';
import { loadPrompts } from './prompts/load-prompts.ts';
import { isFolder, type JsonObject, readJsonObject } from './read-file.ts';
import { openShardedWeights } from './safetensors/sharded-weights.ts';
import type { WeightSet } from './safetensors/weight-set.ts';

/** A file that a checkpoint was read from. */
export interface SourceFile {
  /** `base/…` or `adapters/…`, forward slashes; the file name alone for prompts from elsewhere. */
  readonly name: string;
  readonly path: string;
}

/** A checkpoint as people download it, opened and checked; weights are still on disk. */
export interface Checkpoint {
  readonly baseFolder: string;
  /** The VideoMind folder; undefined for a bare base. */
  readonly adaptersFolder: string | undefined;
  readonly baseConfig: BaseConfig;
  readonly adaptersConfig: AdaptersConfig | undefined;
  /** Sizes from the base; vocabulary and token ids from the VideoMind folder. */
  readonly networkConfig: BaseConfig;
  readonly generationConfig: JsonObject | undefined;
  readonly preprocessorConfig: JsonObject | undefined;
  readonly chatTemplate: string;
  readonly tokenizerFiles: TokenizerFiles;
  /** The base's weights. */
  readonly weights: WeightSet;
  readonly adapters: Readonly<Partial<Record<Role, Adapter>>>;
  /** The grounding head's tensors without PEFT's prefix. */
  readonly groundingHead: WeightSet | undefined;
  /** Roles that it can play; the answerer is always among them. */
  readonly roles: readonly Role[];
  readonly promptSet: PromptSet;
  readonly promptSource: PromptSource;
  readonly warnings: readonly RunWarning[];
  /** Every file that was read or will be, for checksums. */
  readonly sources: readonly SourceFile[];
}

/** Where a checkpoint is. Paths may be relative to the working directory. */
export interface CheckpointPaths {
  /** Absent: found from what the VideoMind folder says. */
  readonly basePath?: string | undefined;
  readonly adaptersPath?: string | undefined;
  readonly promptsPath?: string | undefined;
}

async function openAdapters(folder: string): Promise<Partial<Record<Role, Adapter>>> {
  const adapters: Partial<Record<Role, Adapter>> = {};
  for (const role of roleNames) {
    const roleFolder = join(folder, role);
    if (await isFolder(roleFolder)) adapters[role] = await openAdapter(role, roleFolder);
  }
  if (Object.keys(adapters).length === 0) {
    throw new EngineError(
      'CHECKPOINT_INCOMPLETE',
      `${folder} holds no adapters (folders named ${roleNames.join(', ')}, each with ${adapterConfigFile}).`,
      { remedy: 'Name the VideoMind folder with --adapters; a base alone is imported without it.' },
    );
  }
  return adapters;
}

function checkGrounder(
  adapters: Partial<Record<Role, Adapter>>,
  head: WeightSet | undefined,
  config: AdaptersConfig | undefined,
  folder: string | undefined,
): void {
  if (adapters.grounder === undefined) return;
  if (head === undefined) {
    throw new EngineError(
      'CHECKPOINT_INCOMPLETE',
      `${folder ?? ''} has a grounder but no grounding head (pytorch_model.safetensors).`,
    );
  }
  if (config?.reg_token_id === undefined) {
    throw new EngineError('CONFIG_INVALID', `${folder ?? ''}: config.json names no reg_token_id.`);
  }
}

function nameSource(path: string, baseFolder: string, adaptersFolder: string | undefined): SourceFile {
  for (const [label, folder] of [
    ['adapters', adaptersFolder],
    ['base', baseFolder],
  ] as const) {
    if (folder === undefined) continue;
    const inner = relative(folder, path).replaceAll('\\', '/');
    if (!inner.startsWith('..') && !isAbsolute(inner)) return { name: `${label}/${inner}`, path };
  }
  return { name: path.split(/[/\\]/).at(-1) ?? path, path };
}

async function readFolderConfig(folder: string): Promise<SourcedConfig> {
  const path = join(folder, 'config.json');
  return { config: await readJsonObject(path), path };
}

/**
 * Opens a checkpoint: a Qwen2-VL base and, if given, a VideoMind folder with its adapters, head, tokenizer and prompts.
 * Everything but the weights' values is read and checked.
 * Throws FOLDER_NOT_FOUND, BASE_NOT_FOUND, CHECKPOINT_INCOMPLETE, CONFIG_INVALID, SAFETENSORS_INVALID,
 * ARCHITECTURE_UNSUPPORTED, ADAPTER_MISMATCH, ADAPTER_UNSUPPORTED, PROMPTS_INVALID or PROMPT_PLACEHOLDER_MISSING.
 */
export async function openCheckpoint(
  paths: CheckpointPaths,
  environment: Environment = process.env,
): Promise<Checkpoint> {
  const adaptersFolder =
    paths.adaptersPath === undefined ? undefined : await resolveCheckpointFolder(paths.adaptersPath);
  const adaptersFile = adaptersFolder === undefined ? undefined : await readFolderConfig(adaptersFolder);
  const adaptersConfig =
    adaptersFile === undefined ? undefined : readAdaptersConfig(adaptersFile.config, adaptersFile.path);
  if (paths.basePath === undefined && adaptersFolder === undefined) {
    throw new EngineError('BASE_NOT_FOUND', 'Neither a base checkpoint nor a VideoMind folder was named.');
  }
  const baseFolder =
    paths.basePath === undefined
      ? await findBase(adaptersFolder ?? '', adaptersConfig?.base_model_path ?? undefined, environment)
      : await resolveCheckpointFolder(paths.basePath);
  const baseFile = await readFolderConfig(baseFolder);
  const baseConfig = readBaseConfig(baseFile.config, baseFile.path);
  const networkConfig = mergeNetworkConfig(baseConfig, adaptersConfig);

  const weights = await openShardedWeights(baseFolder);
  const adapters = adaptersFolder === undefined ? {} : await openAdapters(adaptersFolder);
  const sizes = { hiddenSize: networkConfig.hidden_size, vocabularySize: networkConfig.vocab_size };
  for (const adapter of Object.values(adapters)) checkAdapterFits(adapter, weights, sizes);
  const groundingHead = adaptersFolder === undefined ? undefined : await openGroundingHead(adaptersFolder);
  checkGrounder(adapters, groundingHead, adaptersConfig, adaptersFolder);
  const roles = roleNames.filter((role) => role === 'answerer' || adapters[role] !== undefined);

  const folders = adaptersFolder === undefined ? [baseFolder] : [adaptersFolder, baseFolder];
  // The three added tokens are only in the VideoMind folder's own tokenizer.
  const needsOwnTokenizer = adaptersFolder !== undefined && adaptersConfig?.reg_token_id !== undefined;
  const tokenizerFiles = await findTokenizerFiles(needsOwnTokenizer ? [adaptersFolder] : folders);
  const chatTemplate = await readChatTemplate(folders);
  const generation = await readFirstConfig(folders, 'generation_config.json');
  const preprocessor = await readFirstConfig(folders, 'preprocessor_config.json');
  const prompts = await loadPrompts({ folder: adaptersFolder, promptsPath: paths.promptsPath, roles });

  const files = [
    baseFile.path,
    await findFirst([baseFolder], 'model.safetensors.index.json'),
    ...weights.files,
    adaptersFile?.path,
    ...(groundingHead?.files ?? []),
    ...Object.values(adapters).flatMap(({ folder, weights: lora }) => [
      join(folder, adapterConfigFile),
      ...lora.files,
    ]),
    tokenizerFiles.tokenizerPath,
    tokenizerFiles.tokenizerConfigPath,
    chatTemplate.path,
    generation?.path,
    preprocessor?.path,
    prompts.file,
  ].filter((path) => path !== undefined);
  return {
    baseFolder,
    adaptersFolder,
    baseConfig,
    adaptersConfig,
    networkConfig,
    generationConfig: generation?.config,
    preprocessorConfig: preprocessor?.config,
    chatTemplate: chatTemplate.text,
    tokenizerFiles,
    weights,
    adapters,
    groundingHead,
    roles,
    promptSet: prompts.promptSet,
    promptSource: prompts.promptSource,
    warnings: prompts.warnings,
    sources: [...new Set(files)].map((path) => nameSource(path, baseFolder, adaptersFolder)),
  };
}
