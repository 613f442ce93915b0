import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Precision } from '../../../native-models/protocol/roles.ts';
import { programPath } from '../../host/paths.ts';
import { runCli } from './run-cli.ts';

/** The tiny reference checkpoint that the whole program is tested with. */
export const packPath = path.join(programPath, 'native-models', 'fixtures', 'pack-2b');
export const otherPackPath = path.join(programPath, 'native-models', 'fixtures', 'pack-7b');

/** A folder for one test file with a package made from the reference checkpoint. */
export interface ImportedPack {
  readonly folder: string;
  readonly packagePath: string;
  readonly videoPath: string;
  remove(): Promise<void>;
}

/** Imports the reference checkpoint through the command line, caches apart from the user's; in the precision that is usual, or another. */
export async function importPack(precision?: Precision): Promise<ImportedPack> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-cli-'));
  const packagePath = path.join(folder, 'package');
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  const imported = await runCli([
    'import',
    ...['--base', path.join(packPath, 'base')],
    ...['--adapters', path.join(packPath, 'model')],
    ...['--out', packagePath, '--json'],
    ...(precision === undefined ? [] : ['--precision', precision]),
  ]);
  if (imported.code !== 0) throw new Error(`The reference pack was not imported: ${imported.stderr}`);
  return {
    folder,
    packagePath,
    videoPath: path.join(packPath, 'videos', 'a.mp4'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
