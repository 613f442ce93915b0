import { join } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import { type Role, roleNames } from '../../protocol/roles.ts';
import { resolveCheckpointFolder } from '../base-location.ts';
import { type AdaptersConfig, readAdaptersConfig } from '../network-config.ts';
import { isFile, isFolder, readJsonObject } from '../read-file.ts';
import { wrongFolder } from '../wrong-folder.ts';
import { type Adapter, adapterConfigFile, openAdapter } from './adapter.ts';

/** The role whose weights a model that reasons aloud speaks with: it has no roles of its own. */
export const reasonerWeights: Role = 'answerer';

/** What was named beside a base: a VideoMind folder, or the one adapter of a model that reasons aloud. */
export interface AdaptersFolder {
  readonly folder: string;
  readonly agent: 'chain' | 'reasoner';
  readonly adapters: Readonly<Partial<Record<Role, Adapter>>>;
  /** config.json of a VideoMind folder; PEFT writes none. */
  readonly config: AdaptersConfig | undefined;
  readonly configPath: string | undefined;
  /** The base that it names; undefined where it names none. */
  readonly writtenBase: string | undefined;
}

/**
 * Opens what was named with `--adapters`. One adapter by itself is that of a model that reasons aloud.
 * @throws EngineError FOLDER_NOT_FOUND, CHECKPOINT_INCOMPLETE, CONFIG_INVALID, and those of openAdapter.
 */
export async function openAdaptersFolder(path: string): Promise<AdaptersFolder> {
  const folder = await resolveCheckpointFolder(path);
  if (await isLoneAdapter(folder)) return openLoneAdapter(folder);
  const configPath = join(folder, 'config.json');
  if (!(await isFile(configPath)) && !(await isFolder(configPath))) throw await wrongFolder(folder);
  const config = readAdaptersConfig(await readJsonObject(configPath), configPath);
  const adapters = await openRoles(folder);
  return {
    folder,
    agent: 'chain',
    adapters,
    config,
    configPath,
    writtenBase: config.base_model_path ?? undefined,
  };
}

/** PEFT's file lies in the folder itself, and no role's folder beside it. */
async function isLoneAdapter(folder: string): Promise<boolean> {
  if (!(await isFile(join(folder, adapterConfigFile)))) return false;
  const roles = await Promise.all(roleNames.map((role) => isFolder(join(folder, role))));
  return !roles.includes(true);
}

async function openLoneAdapter(folder: string): Promise<AdaptersFolder> {
  const adapter = await openAdapter(reasonerWeights, folder);
  const { base_model_name_or_path: named } = await readJsonObject(join(folder, adapterConfigFile));
  return {
    folder,
    agent: 'reasoner',
    adapters: { [reasonerWeights]: adapter },
    config: undefined,
    configPath: undefined,
    writtenBase: typeof named === 'string' ? named : undefined,
  };
}

async function openRoles(folder: string): Promise<Partial<Record<Role, Adapter>>> {
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
