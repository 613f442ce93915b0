import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findChromium } from '../browser/find-chromium.ts';

/** Where the program is: the folder of package.json. */
export const programPath = path.join(import.meta.dirname, '../..');

/** Where the windows are built for the scenarios. */
export const windowsPath = path.join(programPath, '.cache/e2e-windows');

/** The program that shows a shell's windows, or why there is none. */
export type FoundShell = { readonly executablePath: string } | { readonly missing: string };
export type ShellKind = 'browser' | 'electron';

/** Which shells can be run on this machine. */
export function findShells(): Readonly<Record<ShellKind, FoundShell>> {
  const chromium = findChromium();
  return {
    browser:
      chromium === undefined
        ? { missing: 'no Chromium is installed (CHROMIUM_BIN names one at another place)' }
        : { executablePath: chromium },
    electron: findElectron(),
  };
}

function findElectron(): FoundShell {
  const folder = path.join(programPath, 'node_modules/electron');
  const nameFile = path.join(folder, 'path.txt');
  if (!existsSync(nameFile)) return { missing: 'the binary of Electron is not installed' };
  const executablePath = path.join(folder, 'dist', readFileSync(nameFile, 'utf8').trim());
  if (!existsSync(executablePath)) return { missing: 'the binary of Electron is not installed' };
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return { missing: 'Electron needs a screen, and there is none (xvfb-run makes one)' };
  }
  return { executablePath };
}
