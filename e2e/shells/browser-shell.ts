import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { chromium, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { chromiumArguments } from '../browser/find-chromium.ts';
import { programPath, windowsPath } from './find-shells.ts';
import type { Shell, ShellStart } from './shell.ts';

/** `videomind serve`, in a Chromium of its own. */
export async function startBrowserShell(start: ShellStart): Promise<Shell> {
  const browser = await chromium.launch({
    executablePath: start.executablePath,
    args: [...chromiumArguments],
  });
  let served = await serve(start.folder);
  let { context, page } = await openWindow(browser, served.url, start);
  return {
    get page() {
      return page;
    },
    get processId() {
      return served.child.pid ?? -1;
    },
    async restart() {
      await context.close();
      await served.end();
      served = await serve(start.folder);
      ({ context, page } = await openWindow(browser, served.url, start));
    },
    async chooseFiles(paths, open) {
      const [first = ''] = paths;
      await open();
      const dialog = page.getByRole('dialog');
      const place = dialog.getByRole('textbox', { name: 'Path' });
      // Until the first folder is listed, that listing would replace what is typed.
      await expect(place).not.toHaveValue('');
      await place.fill(path.dirname(first));
      await place.press('Enter');
      const list = dialog.getByRole('list', { name: path.dirname(first), exact: true });
      for (const [index, each] of paths.entries()) {
        await list.getByRole('button', { name: path.basename(each) }).click({
          modifiers: index === 0 ? [] : ['Control'],
        });
      }
      await dialog.getByRole('button', { name: 'Choose', exact: true }).click();
    },
    async close() {
      await browser.close();
      await served.end();
    },
  };
}

async function openWindow(
  browser: Browser,
  url: string,
  start: ShellStart,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await start.prepare(page);
  await page.goto(url);
  return { context, page };
}

interface Served {
  readonly url: string;
  readonly child: ChildProcess;
  end(): Promise<void>;
}

async function serve(folder: string): Promise<Served> {
  const child = spawn(
    process.execPath,
    [
      path.join(programPath, 'electron/cli/launch.mjs'),
      'serve',
      '--json',
      '--data',
      path.join(folder, 'data'),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        INIT_CWD: folder,
        VIDEOMIND_CACHE_DIR: path.join(folder, 'cache'),
        VIDEOMIND_RENDERER_DIR: windowsPath,
      },
    },
  );
  const exited = once(child, 'exit');
  const url = await Promise.race([
    printedUrl(child),
    exited.then(([code]) => Promise.reject(new Error(`serve ended with ${String(code)}`))),
  ]);
  return {
    url,
    child,
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The address that `serve --json` prints once it listens. */
function printedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /"url":\s*"([^"]+)"/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
