import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { adapterConfigFile } from './adapters/adapter.ts';
import { EngineError } from '../protocol/errors.ts';
import { manifestFile } from './inspect/inspect-package.ts';
import { isFile } from './read-file.ts';

/** So many folders are looked into and named. */
const mostNamed = 5;

/**
 * What a folder without `config.json` is instead of a checkpoint: a level too high, a level too low, or something else. Nothing
 * is missing there that could be downloaded, so it says what to name.
 */
export async function wrongFolder(folder: string): Promise<EngineError> {
  if (await isFile(join(folder, adapterConfigFile))) {
    return new EngineError('CHECKPOINT_INCOMPLETE', `${folder} is the adapter of one role, no checkpoint.`, {
      remedy: `Name the folder above it: ${dirname(folder)}.`,
    });
  }
  const inside = await foldersWith(folder, ['config.json']);
  if (inside.length > 0) {
    return new EngineError(
      'CHECKPOINT_INCOMPLETE',
      `${folder} is no checkpoint itself; ${inside.length === 1 ? 'one lies' : 'checkpoints lie'} in ${inside.join(', ')}.`,
      { remedy: 'Name that folder.' },
    );
  }
  return new EngineError('CHECKPOINT_INCOMPLETE', `${folder} holds no checkpoint: config.json is missing.`, {
    remedy: 'Name the folder that holds config.json, or download the whole checkpoint.',
  });
}

/** Checkpoints and packages one level down, of which a person may have meant one; a few at most. */
export async function modelsIn(folder: string): Promise<string[]> {
  return foldersWith(folder, ['config.json', manifestFile]);
}

async function foldersWith(folder: string, names: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (found.length >= mostNamed) break;
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    const inside = join(folder, entry.name);
    const marks = await Promise.all(names.map((name) => isFile(join(inside, name))));
    if (marks.includes(true)) found.push(inside);
  }
  return found.sort();
}
