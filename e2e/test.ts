import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base, type Page } from '@playwright/test';
import { App } from './app.ts';
import { startBrowserShell } from './shells/browser-shell.ts';
import type { FoundElectron } from './shells/find-electron.ts';
import type { ShellStart } from './shells/shell.ts';
import { startElectronShell } from './shells/electron-shell.ts';
import { mainScriptFor } from './shells/electron-program.ts';
import { giveToOtherUser, programOfOtherUser } from './shells/other-user.ts';
import { findShells, programPath, type ShellKind } from './shells/find-shells.ts';

/** Which shell a project runs the scenarios against. */
export interface ShellOptions {
  shellKind: ShellKind;
}

interface Fixtures {
  /** A folder of this scenario alone. */
  folder: string;
  /** Called with the window before it loads; scenarios may replace it. */
  prepare: (page: Page) => Promise<void>;
  /** The program, freshly installed, with its first window open. */
  app: App;
}

/** What a shell's program is started with: the checkout's, or packed where another user runs it. */
export function programOf(
  found: { readonly executablePath: string } | FoundElectron,
): Pick<ShellStart, 'executablePath' | 'mainScript'> {
  if (!('version' in found)) return { executablePath: found.executablePath };
  const asOtherUser = programOfOtherUser();
  if (asOtherUser !== undefined) return { executablePath: asOtherUser };
  return { executablePath: found.executablePath, mainScript: mainScriptFor(found, programPath) };
}

export { expect } from '@playwright/test';

/** A scenario: everything of its own, from the library to the browser; skipped where its shell cannot run. */
export const test = base.extend<Fixtures & ShellOptions>({
  shellKind: ['browser', { option: true }],
  prepare: async ({}, use) => use(() => Promise.resolve()),
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-e2e-'));
    await giveToOtherUser(folder);
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  app: async ({ shellKind, folder, prepare }, use, testInfo) => {
    const found = findShells()[shellKind];
    if ('missing' in found) {
      testInfo.skip(true, found.missing);
      return;
    }
    const problems: string[] = [];
    const start = shellKind === 'browser' ? startBrowserShell : startElectronShell;
    const shell = await start({
      ...programOf(found),
      folder,
      prepare: async (page) => {
        page.on('pageerror', (error) => problems.push(String(error)));
        page.on('console', (message) => {
          if (message.type() === 'error') problems.push(message.text());
        });
        await prepare(page);
      },
    });
    try {
      await use(new App(shell, problems));
    } finally {
      if (testInfo.status !== testInfo.expectedStatus) {
        const screenshot = await shell.page.screenshot().catch(() => undefined);
        if (screenshot) await testInfo.attach('window', { body: screenshot, contentType: 'image/png' });
      }
      await shell.close();
    }
  },
});
