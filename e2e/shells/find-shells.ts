import path from 'node:path';
import { findChromium } from '../browser/find-chromium.ts';
import { findElectron, type FoundElectron } from './find-electron.ts';
import { hasScreen } from './screen.ts';

/** Where the program is: the folder of package.json. */
export const programPath = path.join(import.meta.dirname, '../..');

/** Where the windows are built for the scenarios. */
export const windowsPath = path.join(programPath, '.cache/e2e-windows');

export interface Missing {
  /** Why a shell cannot be run here. */
  readonly missing: string;
}
export type ShellKind = 'browser' | 'electron';

/** The programs that show a shell's windows, or why there is none. */
export interface FoundShells {
  readonly browser: { readonly executablePath: string } | Missing;
  readonly electron: FoundElectron | Missing;
}

let found: FoundShells | undefined;

/** Which shells can be run on this machine; looked for once. */
export function findShells(): FoundShells {
  found ??= { browser: browser(), electron: electron() };
  return found;
}

function browser(): FoundShells['browser'] {
  const executablePath = findChromium();
  return executablePath === undefined
    ? { missing: 'no Chromium is installed (CHROMIUM_BIN names one at another place)' }
    : { executablePath };
}

function electron(): FoundShells['electron'] {
  if (!hasScreen()) return { missing: 'Electron needs a screen, and there is none (apt-get install xvfb)' };
  return findElectron(programPath);
}
