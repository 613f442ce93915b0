import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import { isFile, isFolder, readTextFile } from './read-file.ts';

/** The environment variables that say where the Hugging Face cache is. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How many folders up from the adapters a relative path is tried. */
const parentLevels = 3;

const plainName = /^(?!\.+$)[\w.-]+$/;

/** Folders that may hold `models--<org>--<name>`, most specific first (huggingface_hub's rules). */
function hubFolders(environment: Environment): string[] {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const cacheHome = XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return [
    HF_HUB_CACHE,
    HUGGINGFACE_HUB_CACHE,
    HF_HOME === undefined ? undefined : join(HF_HOME, 'hub'),
    join(cacheHome, 'huggingface', 'hub'),
  ].filter((folder) => folder !== undefined && folder !== '') as string[];
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

async function isCheckpointFolder(folder: string): Promise<boolean> {
  return isFile(join(folder, 'config.json'));
}

/** The snapshot that `refs/main` names, else the newest one with a config.json. */
async function findSnapshot(repository: string): Promise<string | undefined> {
  const reference = join(repository, 'refs', 'main');
  if (await isFile(reference)) {
    const revision = (await readTextFile(reference, 'CONFIG_INVALID', 1024)).trim();
    const snapshot = join(repository, 'snapshots', revision);
    if (plainName.test(revision) && (await isCheckpointFolder(snapshot))) return snapshot;
  }
  const snapshots: { path: string; modified: number }[] = [];
  for (const name of await listFolder(join(repository, 'snapshots'))) {
    const path = join(repository, 'snapshots', name);
    if (await isCheckpointFolder(path)) snapshots.push({ path, modified: (await stat(path)).mtimeMs });
  }
  return snapshots.sort((one, other) => other.modified - one.modified)[0]?.path;
}

/** Looks a model up in the Hugging Face cache; without an organisation any model of that name will do. */
async function findInHub(
  organisation: string | undefined,
  name: string,
  environment: Environment,
): Promise<string | undefined> {
  for (const hub of hubFolders(environment)) {
    const repositories = (await listFolder(hub))
      .filter((entry) => entry.startsWith('models--') && entry.endsWith(`--${name}`))
      .sort((one) => (one === `models--${organisation ?? ''}--${name}` ? -1 : 1));
    for (const repository of repositories) {
      const snapshot = await findSnapshot(join(hub, repository));
      if (snapshot !== undefined) return snapshot;
    }
  }
  return undefined;
}

/** Folders in which `written` (a base_model_path) may be meant, likeliest first. */
function localCandidates(adaptersFolder: string, written: string): string[] {
  // A network path from a downloaded configuration would make Windows sign in at somebody else's server.
  if (/^(?:\\\\|\/\/)/.test(written)) return [];
  const parents = [adaptersFolder];
  for (let level = 0; level < parentLevels; level++) parents.push(dirname(parents.at(-1) ?? adaptersFolder));
  const name = basename(written.replaceAll('\\', '/'));
  return [
    ...(isAbsolute(written) ? [written] : parents.map((parent) => resolve(parent, written))),
    ...(plainName.test(name) ? parents.slice(0, 2).map((parent) => join(parent, name)) : []),
  ];
}

/**
 * Finds the base checkpoint that a VideoMind folder was trained on, from the `base_model_path` in its configuration: a
 * relative or absolute path, a name on the Hugging Face hub, or a path that was true on another machine. Looks beside
 * the folder and in the Hugging Face cache.
 * Throws BASE_NOT_FOUND, listing where it looked.
 */
export async function findBase(
  adaptersFolder: string,
  written: string | undefined,
  environment: Environment = process.env,
): Promise<string> {
  if (written === undefined || written === '' || written.includes('\0')) {
    throw new EngineError('BASE_NOT_FOUND', `${adaptersFolder} does not say which base it belongs to.`);
  }
  const candidates = [...new Set(localCandidates(adaptersFolder, written))];
  for (const candidate of candidates) {
    if (candidate !== adaptersFolder && (await isCheckpointFolder(candidate))) return candidate;
  }
  const [name, organisation] = written
    .split(/[/\\]+/)
    .filter((part) => part !== '')
    .reverse();
  if (name !== undefined && plainName.test(name)) {
    const found = await findInHub(organisation, name, environment);
    if (found !== undefined) return found;
  }
  throw new EngineError(
    'BASE_NOT_FOUND',
    `The base "${written}" of ${adaptersFolder} was found neither beside it nor in the Hugging Face cache.`,
    { details: { tried: [...candidates, ...hubFolders(environment)] } },
  );
}

/**
 * The folder that a checkpoint given as `path` lies in: the path itself, or, for a model's folder in the Hugging Face
 * cache (`models--<org>--<name>`), its snapshot.
 * Throws FOLDER_NOT_FOUND when there is no such folder.
 */
export async function resolveCheckpointFolder(path: string): Promise<string> {
  const folder = resolve(path);
  await requireFolder(folder);
  if (await isCheckpointFolder(folder)) return folder;
  return (await findSnapshot(folder)) ?? folder;
}

/** Throws FOLDER_NOT_FOUND when the path is not a folder. */
export async function requireFolder(path: string): Promise<void> {
  if (!(await isFolder(path))) throw new EngineError('FOLDER_NOT_FOUND', `${path} is not a folder.`);
}
