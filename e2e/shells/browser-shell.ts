import path from 'node:path';
import { chromium, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { startServe } from '../../electron/server/testing/serve-process.ts';
import { chromiumArguments } from '../browser/find-chromium.ts';
import { windowsPath } from './find-shells.ts';
import type { Shell, ShellStart } from './shell.ts';

/** `videomind serve`, in a Chromium of its own. */
export async function startBrowserShell(start: ShellStart): Promise<Shell> {
  const browser = await chromium.launch({
    executablePath: start.executablePath,
    args: [...chromiumArguments],
  });
  let served = await startServe(start.folder, windowsPath);
  let { context, page } = await openWindow(browser, served.url, start);
  return {
    kind: 'browser',
    get page() {
      return page;
    },
    get processId() {
      return served.child.pid ?? -1;
    },
    async restart() {
      await context.close();
      await served.end();
      served = await startServe(start.folder, windowsPath);
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
    async saveFile(write, offered) {
      const downloaded = page.waitForEvent('download');
      await write();
      await offered?.click();
      return (await downloaded).path();
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
