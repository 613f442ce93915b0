import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { programPath } from './find-shells.ts';
import type { Shell, ShellStart } from './shell.ts';

/** The desktop program. */
export async function startElectronShell(start: ShellStart): Promise<Shell> {
  let { program, page } = await launch(start);
  return {
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
    close: () => program.close(),
  };
}

async function launch(start: ShellStart): Promise<{ program: ElectronApplication; page: Page }> {
  const program = await _electron.launch({
    executablePath: start.executablePath,
    args: [
      path.join(programPath, 'dist/main/main.mjs'),
      ...(process.platform === 'linux' ? ['--no-sandbox'] : []),
      `--user-data-dir=${path.join(start.folder, 'window')}`,
    ],
    env: {
      ...process.env,
      VIDEOMIND_DATA_DIR: path.join(start.folder, 'data'),
      VIDEOMIND_CACHE_DIR: path.join(start.folder, 'cache'),
    },
  });
  const page = await program.firstWindow();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await start.prepare(page);
  return { program, page };
}
