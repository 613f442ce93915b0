import { join } from 'node:path';
import type { ArchitectureFamily } from '../../architectures/architecture-family.ts';
import type { InspectReport } from '../../protocol/inspect-report.ts';
import { type Role, roleNames } from '../../protocol/roles.ts';
import { checkAdapterFits } from '../adapters/adapter-fit.ts';
import { openAdaptersFolder } from '../adapters/adapters-folder.ts';
import { type Adapter, openAdapter } from '../adapters/adapter.ts';
import { type Environment, findBase } from '../base-location.ts';
import { findTokenizerFiles, readChatTemplate } from '../checkpoint-files.ts';
import { openGroundingHead } from '../grounding-head-weights.ts';
import { configSizes, mergeNetworkConfig, readAdaptersConfig, readBaseConfig } from '../network-config.ts';
import { loadPrompts } from '../prompts/load-prompts.ts';
import { isFolder, type JsonObject, readJsonObject } from '../read-file.ts';
import { openShardedWeights } from '../safetensors/sharded-weights.ts';
import { refuseQuantizedWeights } from '../unsupported-networks.ts';
import { countFolderBytes } from './folder-bytes.ts';
import { Problems, summarizeAdapter, summarizeNetwork } from './summaries.ts';

/** What a checkpoint of a family is good for once it is imported. */
function importAdvice({ agent }: ArchitectureFamily): string {
  return agent === 'chain'
    ? 'Import it with `videomind import --base DIR --out DIR`, and with `--adapters DIR` for a VideoMind folder.'
    : 'Import it with `videomind import --base DIR --out DIR`; it then reasons aloud about a video and answers (`videomind ask`).';
}

/** Describes a checkpoint of a supported family: everything that importing it alone would read is checked. */
export async function inspectBase(
  folder: string,
  config: JsonObject,
  family: ArchitectureFamily,
): Promise<InspectReport> {
  const problems = new Problems();
  await problems.attempt(() => readBaseConfig(config, join(folder, 'config.json')));
  const weights = await problems.attempt(() => openShardedWeights(folder));
  if (weights !== undefined) await problems.attempt(() => refuseQuantizedWeights(weights));
  await problems.attempt(() => findTokenizerFiles([folder]));
  await problems.attempt(() => readChatTemplate([folder]));
  return {
    path: folder,
    kind: 'base',
    summary: `A ${family.title} checkpoint, not imported yet.`,
    advice: problems.found.length > 0 ? 'Download what is missing or damaged again.' : importAdvice(family),
    agent: family.agent,
    roles: family.agent === 'chain' ? ['answerer'] : [],
    network: summarizeNetwork(config, weights),
    adapters: [],
    groundingHead: false,
    bytes: await countFolderBytes(folder),
    problems: problems.found,
  };
}

async function openAdapters(folder: string, problems: Problems): Promise<Adapter[]> {
  const adapters: Adapter[] = [];
  for (const role of roleNames) {
    if (!(await isFolder(join(folder, role)))) continue;
    const adapter = await problems.attempt(() => openAdapter(role, join(folder, role)));
    if (adapter !== undefined) adapters.push(adapter);
  }
  return adapters;
}

/** The base of a VideoMind folder, looked at only as far as the adapters have to fit it. */
async function inspectItsBase(
  folder: string,
  adapters: readonly Adapter[],
  config: JsonObject,
  problems: Problems,
  environment: Environment,
): Promise<Pick<InspectReport, 'basePath' | 'network'>> {
  const adaptersConfig = await problems.attempt(() =>
    readAdaptersConfig(config, join(folder, 'config.json')),
  );
  const basePath = await problems.attempt(() =>
    findBase(folder, adaptersConfig?.base_model_path ?? undefined, environment),
  );
  if (basePath === undefined) return { network: summarizeNetwork(config, undefined) };
  const path = join(basePath, 'config.json');
  const base = await problems.attempt(async () => readBaseConfig(await readJsonObject(path), path));
  const weights = await problems.attempt(() => openShardedWeights(basePath));
  if (base === undefined || weights === undefined) return { basePath };
  const sizes = configSizes(mergeNetworkConfig(base.config, adaptersConfig), path);
  const named = weights.renamed((name) => base.family.tensorName(name));
  for (const adapter of adapters) await problems.attempt(() => checkAdapterFits(adapter, named, sizes));
  return { basePath, network: summarizeNetwork(base.config, weights) };
}

/** Describes a VideoMind folder, with its base where that is found. */
export async function inspectVideoMind(
  folder: string,
  config: JsonObject,
  environment: Environment,
): Promise<InspectReport> {
  const problems = new Problems();
  const adapters = await openAdapters(folder, problems);
  const base = await inspectItsBase(folder, adapters, config, problems, environment);
  const head = await problems.attempt(() => openGroundingHead(folder));
  const hasGrounder = adapters.some((adapter) => adapter.role === 'grounder');
  if (hasGrounder && head === undefined) {
    problems.add('CHECKPOINT_INCOMPLETE', 'The grounding head (pytorch_model.safetensors) is missing.');
  }
  const folders = base.basePath === undefined ? [folder] : [folder, base.basePath];
  await problems.attempt(() => findTokenizerFiles(folders));
  await problems.attempt(() => readChatTemplate(folders));
  const roles = roleNames.filter(
    (role: Role) => role === 'answerer' || adapters.some((adapter) => adapter.role === role),
  );
  const prompts = await problems.attempt(() => loadPrompts({ folder, promptsPath: undefined, roles }));
  problems.found.push(...(prompts?.warnings ?? []));
  return {
    path: folder,
    kind: 'videomind',
    summary: `A VideoMind checkpoint with ${adapters.map((adapter) => adapter.role).join(', ') || 'no'} adapters, not imported yet.`,
    advice: 'Import it with `videomind import --base DIR --adapters DIR --out DIR`.',
    agent: 'chain',
    roles,
    ...base,
    adapters: adapters.map(summarizeAdapter),
    groundingHead: head !== undefined,
    ...(prompts === undefined ? {} : { promptSource: prompts.promptSource }),
    bytes: await countFolderBytes(folder),
    problems: problems.found,
  };
}

/** Describes one adapter by itself: that of a model that reasons aloud, or of one role of VideoMind. */
export async function inspectLoneAdapter(folder: string, environment: Environment): Promise<InspectReport> {
  const problems = new Problems();
  const opened = await problems.attempt(() => openAdaptersFolder(folder));
  const adapters = Object.values(opened?.adapters ?? {});
  const written = opened?.writtenBase;
  const basePath =
    written === undefined ? undefined : await problems.attempt(() => findBase(folder, written, environment));
  return {
    path: folder,
    kind: 'adapter',
    summary: 'One adapter by itself.',
    advice:
      'Of a model that reasons aloud: import it with `videomind import --base DIR --adapters DIR --out DIR`. Of a role of VideoMind: ' +
      'give the folder that it stands in, which has config.json and the tokenizer, with --adapters.',
    ...(basePath === undefined ? {} : { basePath }),
    roles: [],
    adapters: adapters.map(summarizeAdapter),
    groundingHead: false,
    bytes: await countFolderBytes(folder),
    problems: problems.found,
  };
}
