import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'vite';
import { findShells, programPath, windowsPath } from './shells/find-shells.ts';

/** Builds what the shells that can run here show, as it is now, once before all scenarios. */
export default async function buildWindows(): Promise<void> {
  const { browser, electron } = findShells();
  // Into a folder of their own: others may build at the same time.
  if (!('missing' in browser))
    await build({ logLevel: 'error', build: { outDir: windowsPath, emptyOutDir: true } });
  if (!('missing' in electron)) {
    await promisify(execFile)(process.execPath, [path.join(programPath, 'electron/packaging/build.ts')]);
  }
}
