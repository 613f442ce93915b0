import { isAbsolute, join, relative } from 'node:path';
import type { ArchitectureFamily } from '../architectures/architecture-family.ts';
import { EngineError } from '../protocol/errors.ts';
import { type Role, roleNames } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import { checkAdapterFits } from './adapters/adapter-fit.ts';
import { type Adapter, adapterConfigFile } from './adapters/adapter.ts';
import { type AdaptersFolder, openAdaptersFolder } from './adapters/adapters-folder.ts';
import { type Environment, findBase, resolveCheckpointFolder } from './base-location.ts';
import {
  findFirst,
  findTokenizerFiles,
  readChatTemplate,
  readFirstConfig,
  readImageProcessorConfig,
  readProcessorConfig,
  type SourcedConfig,
  type TokenizerFiles,
} from './checkpoint-files.ts';
import { openGroundingHead } from './grounding-head-weights.ts';
import type { PromptSet, PromptSource, ReasonerSettings } from './manifest.ts';
import {
  type AdaptersConfig,
  type BaseConfig,
  adaptersFamily,
  configSizes,
  mergeNetworkConfig,
  readBaseConfig,
} from './network-config.ts';
import { type LoadedPrompts, loadPrompts } from './prompts/load-prompts.ts';
import { loadReasonerSettings } from './prompts/reasoner-settings.ts';
import { isFile, isFolder, type JsonObject, readJsonObject } from './read-file.ts';
import { openShardedWeights } from './safetensors/sharded-weights.ts';
import type { WeightSet } from './safetensors/weight-set.ts';
import { refuseQuantizedWeights } from './unsupported-networks.ts';
import { wrongFolder } from './wrong-folder.ts';

/** A file that a checkpoint was read from. */
export interface SourceFile {
  /** `base/…` or `adapters/…`, forward slashes; the file name alone for prompts from elsewhere. */
  readonly name: string;
  readonly path: string;
}

/** A checkpoint as people download it, opened and checked; weights are still on disk. */
export interface Checkpoint {
  readonly baseFolder: string;
  /** The VideoMind folder, or that of a single adapter; undefined for a bare base. */
  readonly adaptersFolder: string | undefined;
  /** The family of networks that the base is of. */
  readonly family: ArchitectureFamily;
  readonly baseConfig: BaseConfig;
  readonly adaptersConfig: AdaptersConfig | undefined;
  /** Sizes from the base; vocabulary and token ids from the VideoMind folder. */
  readonly networkConfig: BaseConfig;
  readonly generationConfig: JsonObject | undefined;
  /** What is done to frames: of videos or, where that is not said apart, of pictures. */
  readonly preprocessorConfig: JsonObject | undefined;
  /** Of single images. */
  readonly imagePreprocessorConfig: JsonObject | undefined;
  readonly chatTemplate: string;
  readonly tokenizerFiles: TokenizerFiles;
  /** The base's weights, under the names that its family looks for. */
  readonly weights: WeightSet;
  readonly adapters: Readonly<Partial<Record<Role, Adapter>>>;
  /** The grounding head's tensors without PEFT's prefix. */
  readonly groundingHead: WeightSet | undefined;
  /** Roles of the chain that it can play, the answerer always among them; none for a model that reasons aloud. */
  readonly roles: readonly Role[];
  /** Only a model that reasons aloud has these. */
  readonly reasoner: ReasonerSettings | undefined;
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

/** The words that a checkpoint is asked with: prompts of its roles, or the settings of a model that reasons aloud. */
async function loadWords(
  agent: ArchitectureFamily['agent'],
  folders: { readonly base: string; readonly adapters: string | undefined },
  promptsPath: string | undefined,
  roles: readonly Role[],
): Promise<LoadedPrompts & { readonly reasoner: ReasonerSettings | undefined }> {
  if (agent === 'chain') {
    const prompts = await loadPrompts({ folder: folders.adapters, promptsPath, roles });
    return { ...prompts, reasoner: undefined };
  }
  const unprompted = await loadPrompts({ folder: undefined, promptsPath: undefined, roles });
  const beside = [folders.adapters, folders.base].filter((folder) => folder !== undefined);
  const { settings, file } = await loadReasonerSettings({ folders: beside, promptsPath });
  const promptSource = file === undefined ? 'built-in' : 'prompts.json';
  return { ...unprompted, reasoner: settings, file, promptSource };
}

/** The adapters must be of the base's family; one adapter alone is that of a model that reasons aloud. */
async function refuseStrangeAdapters(
  family: ArchitectureFamily,
  named: AdaptersFolder | undefined,
  base: string,
): Promise<void> {
  if (named === undefined) return;
  if (named.agent === 'reasoner' && family.agent === 'chain') throw await wrongFolder(named.folder);
  const theirs = named.config === undefined ? undefined : adaptersFamily(named.config);
  if (theirs === undefined || theirs === family) return;
  throw new EngineError(
    'ARCHITECTURE_UNSUPPORTED',
    `${base} is a ${family.title} checkpoint, the adapters in ${named.folder} are of ${theirs.title}.`,
    {
      remedy: `Import it without --adapters, or name the ${theirs.title} checkpoint that the adapters belong to.`,
    },
  );
}

async function readFolderConfig(folder: string): Promise<SourcedConfig> {
  const path = join(folder, 'config.json');
  if (!(await isFile(path)) && !(await isFolder(path))) throw await wrongFolder(folder);
  return { config: await readJsonObject(path), path };
}

/**
 * Opens a checkpoint: a base of any supported family and, if given, a VideoMind folder with its adapters, head, tokenizer and
 * prompts, or the adapter of a model that reasons aloud.
 * Everything but the weights' values is read and checked.
 * Throws FOLDER_NOT_FOUND, BASE_NOT_FOUND, CHECKPOINT_INCOMPLETE, CONFIG_INVALID, SAFETENSORS_INVALID,
 * ARCHITECTURE_UNSUPPORTED, ADAPTER_MISMATCH, ADAPTER_UNSUPPORTED, PROMPTS_INVALID or PROMPT_PLACEHOLDER_MISSING.
 */
export async function openCheckpoint(
  paths: CheckpointPaths,
  environment: Environment = process.env,
): Promise<Checkpoint> {
  const named = paths.adaptersPath === undefined ? undefined : await openAdaptersFolder(paths.adaptersPath);
  const { folder: adaptersFolder, config: adaptersConfig, adapters = {} } = named ?? {};
  if (paths.basePath === undefined && named === undefined) {
    throw new EngineError('BASE_NOT_FOUND', 'Neither a base checkpoint nor a VideoMind folder was named.');
  }
  const baseFolder =
    paths.basePath === undefined
      ? await findBase(adaptersFolder ?? '', named?.writtenBase, environment)
      : await resolveCheckpointFolder(paths.basePath);
  const baseFile = await readFolderConfig(baseFolder);
  const { family, config: baseConfig } = readBaseConfig(baseFile.config, baseFile.path);
  const networkConfig = mergeNetworkConfig(baseConfig, adaptersConfig);

  await refuseStrangeAdapters(family, named, baseFolder);
  const agent = named?.agent ?? family.agent;
  const saved = await openShardedWeights(baseFolder);
  refuseQuantizedWeights(saved);
  const weights = saved.renamed((name) => family.tensorName(name));
  const sizes = configSizes(networkConfig, baseFile.path);
  for (const adapter of Object.values(adapters)) checkAdapterFits(adapter, weights, sizes);
  const groundingHead =
    adaptersConfig === undefined ? undefined : await openGroundingHead(named?.folder ?? '');
  checkGrounder(adapters, groundingHead, adaptersConfig, adaptersFolder);
  const roles =
    agent === 'reasoner'
      ? []
      : roleNames.filter((role) => role === 'answerer' || adapters[role] !== undefined);

  const folders = adaptersFolder === undefined ? [baseFolder] : [adaptersFolder, baseFolder];
  // The three added tokens are only in the VideoMind folder's own tokenizer.
  const needsOwnTokenizer = adaptersFolder !== undefined && adaptersConfig?.reg_token_id !== undefined;
  const tokenizerFiles = await findTokenizerFiles(needsOwnTokenizer ? [adaptersFolder] : folders);
  const chatTemplate = await readChatTemplate(folders);
  const generation = await readFirstConfig(folders, 'generation_config.json');
  const preprocessor = await readProcessorConfig(folders);
  const imagePreprocessor = await readImageProcessorConfig(folders);
  const words = await loadWords(
    agent,
    { base: baseFolder, adapters: adaptersFolder },
    paths.promptsPath,
    roles,
  );

  const files = [
    baseFile.path,
    await findFirst([baseFolder], 'model.safetensors.index.json'),
    ...weights.files,
    named?.configPath,
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
    imagePreprocessor?.path === preprocessor?.path ? undefined : imagePreprocessor?.path,
    words.file,
  ].filter((path) => path !== undefined);
  return {
    baseFolder,
    adaptersFolder,
    family,
    baseConfig,
    adaptersConfig,
    networkConfig,
    generationConfig: generation?.config,
    preprocessorConfig: preprocessor?.config,
    imagePreprocessorConfig: imagePreprocessor?.config,
    chatTemplate: chatTemplate.text,
    tokenizerFiles,
    weights,
    adapters,
    groundingHead,
    roles,
    reasoner: words.reasoner,
    promptSet: words.promptSet,
    promptSource: words.promptSource,
    warnings: [...words.warnings, ...idleRoleWarnings(roles)],
    sources: [...new Set(files)].map((path) => nameSource(path, baseFolder, adaptersFolder)),
  };
}

/** Planner and verifier have nothing to do without moments. */
function idleRoleWarnings(roles: readonly Role[]): RunWarning[] {
  const idle = roles.filter((role) => role === 'planner' || role === 'verifier');
  if (roles.includes('grounder') || idle.length === 0) return [];
  const verb = idle.length === 1 ? 'does' : 'do';
  return [
    {
      code: 'GROUNDER_MISSING',
      message: `There is no grounder among the adapters: ${idle.join(' and ')} ${verb} nothing without one.`,
    },
  ];
}
