import { existsSync } from 'node:fs';
import path from 'node:path';
import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { hasOtherUser } from './other-user.ts';
import type { Shell, ShellStart } from './shell.ts';

/** The desktop program. */
export async function startElectronShell(start: ShellStart): Promise<Shell> {
  let { program, page } = await launch(start);
  return {
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

async function launch(start: ShellStart): Promise<{ program: ElectronApplication; page: Page }> {
  // Chromium's sandbox does not start for root.
  const chromiumSandbox = process.platform !== 'linux' || process.getuid?.() !== 0 || hasOtherUser;
  const program = await _electron.launch({
    executablePath: start.executablePath,
    chromiumSandbox,
    args: [
      ...(start.mainScript === undefined ? [] : [start.mainScript]),
      `--user-data-dir=${path.join(start.folder, 'window')}`,
    ],
    env: {
      ...process.env,
      ...(hasOtherUser && { HOME: start.folder }),
      VIDEOMIND_DATA_DIR: path.join(start.folder, 'data'),
      VIDEOMIND_CACHE_DIR: path.join(start.folder, 'cache'),
    },
  });
  const page = await program.firstWindow();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await start.prepare(page);
  return { program, page };
}
