import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import { startAttached } from './attached-window.ts';
import { hasOtherUser } from './other-user.ts';
import type { Shell, ShellStart } from './shell.ts';

/** The desktop program, with Electron's own objects for scenarios about the shell itself. */
export interface ElectronShell extends Shell {
  readonly program: ElectronApplication;
}

/** How the desktop program is started: by Playwright, or by a scenario as a person would. */
export interface ProgramCommand {
  readonly executablePath: string;
  readonly chromiumSandbox: boolean;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** The command that starts the program on the library, the caches and the profile of a scenario. */
export function programCommand(
  start: Pick<ShellStart, 'executablePath' | 'mainScript' | 'folder'>,
  args: readonly string[] = [],
): ProgramCommand {
  return {
    executablePath: start.executablePath,
    // Chromium's sandbox does not start for root.
    chromiumSandbox: process.platform !== 'linux' || process.getuid?.() !== 0 || hasOtherUser,
    args: [
      ...(start.mainScript === undefined ? [] : [start.mainScript]),
      `--user-data-dir=${profileOf(start)}`,
      // The screens of scenarios have no GPU. Chromium would find out by letting its process for it fail a few times, which
      // now and then ends a page's process that is just starting.
      '--disable-gpu',
      ...args,
    ],
    env: {
      ...(process.env as Record<string, string>),
      ...(hasOtherUser && { HOME: start.folder }),
      VIDEOMIND_DATA_DIR: path.join(start.folder, 'data'),
      VIDEOMIND_CACHE_DIR: path.join(start.folder, 'cache'),
    },
  };
}

function profileOf(start: Pick<ShellStart, 'folder'>): string {
  return path.join(start.folder, 'window');
}

/** The desktop program. */
export async function startElectronShell(start: ShellStart): Promise<ElectronShell> {
  let { program, page } = await launch(start, start.args);
  return {
    get program() {
      return program;
    },
    kind: 'electron',
    get page() {
      return page;
    },
    get processId() {
      return program.process().pid ?? -1;
    },
    async restart() {
      await program.close();
      ({ program, page } = await launch(start));
    },
    async chooseFiles(paths, open) {
      await program.evaluate(({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [...filePaths] });
      }, paths);
      await open();
    },
    async saveFile(write) {
      const savePath = path.join(start.folder, 'saved');
      await program.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
      }, savePath);
      await write();
      // It is written beside and renamed: once it is there it is whole.
      await expect.poll(() => existsSync(savePath)).toBe(true);
      return savePath;
    },
    close: () => program.close(),
  };
}

async function launch(
  start: ShellStart,
  args: readonly string[] = [],
): Promise<{ program: ElectronApplication; page: Page }> {
  const { program, page } = await startAttached(programCommand(start, args), profileOf(start));
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await start.prepare(page);
  return { program, page };
}
