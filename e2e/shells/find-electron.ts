import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';

/** An Electron that scenarios can be run in. */
export interface FoundElectron {
  readonly executablePath: string;
  /** Its version, and that of the Node inside. */
  readonly version: string;
  readonly nodeVersion: string;
}

/** The Node that the product's own bundles are made for. */
const oldestNodeMajor = 24;
const versionsSchema = z.object({ electron: z.string(), node: z.string() });

/**
 * Electron's program: the installed one where its binary is, else the one in the folder that ELECTRON_OVERRIDE_DIST_PATH
 * names; or why there is none.
 */
export function findElectron(programPath: string): FoundElectron | { readonly missing: string } {
  const executablePath = executables(programPath).find((each) => existsSync(each));
  if (executablePath === undefined) {
    const chosen = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
    const elsewhere =
      chosen === undefined || chosen === ''
        ? 'ELECTRON_OVERRIDE_DIST_PATH can name a folder that has one'
        : `${chosen}, which ELECTRON_OVERRIDE_DIST_PATH names, has none either`;
    return { missing: `the binary of Electron is not installed (${elsewhere})` };
  }
  const asked = spawnSync(executablePath, ['-p', 'JSON.stringify(process.versions)'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  if (asked.status !== 0) {
    const [reason = ''] = (asked.error?.message ?? asked.stderr).trim().split('\n');
    return { missing: `${executablePath} does not start here: ${reason}` };
  }
  const { electron, node } = versionsSchema.parse(JSON.parse(asked.stdout));
  return { executablePath, version: electron, nodeVersion: node };
}

/** True where the product's own bundles do not run: they are then built anew by `e2e/electron-25`. */
export function isOld({ nodeVersion }: FoundElectron): boolean {
  return Number(nodeVersion.split('.')[0]) < oldestNodeMajor;
}

function executables(programPath: string): string[] {
  const folder = path.join(programPath, 'node_modules/electron');
  const nameFile = path.join(folder, 'path.txt');
  const installed = existsSync(nameFile)
    ? [path.join(folder, 'dist', readFileSync(nameFile, 'utf8').trim())]
    : [];
  const chosen = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  if (chosen === '') return installed;
  const name =
    process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  return [...installed, path.resolve(chosen, name)];
}
