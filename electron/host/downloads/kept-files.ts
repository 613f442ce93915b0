import { copyFile, constants, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { hubHome } from './hub-source.ts';
import type { NetworkEnvironment } from './network-fetch.ts';
import type { PlannedFile } from './planned-file.ts';

/** Folders in which the sources' own tools keep what they download. */
export interface KeptFolders {
  readonly hub: readonly string[];
  readonly modelScope: readonly string[];
}

/** Where the sources' own tools keep things, most specific first. */
export function keptFolders(environment: NetworkEnvironment): KeptFolders {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, MODELSCOPE_CACHE } = environment;
  const named = (...folders: (string | undefined)[]): string[] =>
    folders.filter((folder): folder is string => folder !== undefined && folder !== '');
  return {
    hub: named(HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, path.join(hubHome(environment), 'hub')),
    modelScope: named(MODELSCOPE_CACHE, path.join(homedir(), '.cache', 'modelscope')),
  };
}

/**
 * Takes a file out of what another program has downloaded already: nothing is fetched twice. A copy that shares its blocks where
 * the file system can do that; whether it is whole the caller checks, as for what arrives. Which tool it was does not matter:
 * the same checkpoint has the same checksums on either source.
 *
 * @returns whether there was one of the right size
 */
export async function takeKeptFile(file: PlannedFile, place: string, folders: KeptFolders): Promise<boolean> {
  const parts = file.path.split('/');
  for (const { root, files } of await repositoryFolders(file, folders)) {
    const target = await realpath(path.join(files, ...parts)).catch(() => undefined);
    // A link in somebody's cache may lead anywhere: only what lies in this repository's own folder is taken.
    const own = await realpath(root).catch(() => undefined);
    if (target === undefined || own === undefined || !target.startsWith(own + path.sep)) continue;
    const found = await stat(target).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== file.bytes) continue;
    await mkdir(path.dirname(place), { recursive: true });
    await copyFile(target, place, constants.COPYFILE_FICLONE);
    return true;
  }
  return false;
}

interface RepositoryFolder {
  /** All that is the repository's. */
  readonly root: string;
  /** Where files lie as the repository names them. */
  readonly files: string;
}

/**
 * Where a repository's files may lie. The hub's tools: `models--ORG--NAME/snapshots/REVISION`, links into `blobs`. ModelScope's:
 * `models/ORG--NAME/snapshots/REVISION`; before 2026 `models/ORG/NAME`, before 2025 `hub/ORG/NAME`, dots written `___`.
 */
async function repositoryFolders(
  { repository, revision }: PlannedFile,
  { hub, modelScope }: KeptFolders,
): Promise<RepositoryFolder[]> {
  const dashed = repository.replaceAll('/', '--');
  const [organisation = '', name = ''] = repository.split('/');
  const underscored = path.join(organisation, name.replaceAll('.', '___'));
  const found: RepositoryFolder[] = [];
  const snapshotRoots = [
    ...hub.map((folder) => path.join(folder, `models--${dashed}`)),
    ...modelScope.map((folder) => path.join(folder, 'models', dashed)),
  ];
  for (const root of snapshotRoots) {
    const revisions = await readdir(path.join(root, 'snapshots')).catch(() => []);
    // This very revision first; of another one the file may be the same, which its checksum says.
    revisions.sort((one, other) => Number(other === revision) - Number(one === revision));
    for (const each of revisions) found.push({ root, files: path.join(root, 'snapshots', each) });
  }
  for (const folder of modelScope) {
    for (const layout of ['models', path.join('hub', 'models'), 'hub']) {
      const root = path.join(folder, layout, underscored);
      found.push({ root, files: root });
    }
  }
  return found;
}
