import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, test } from '@playwright/test';
import { ReleaseServer } from '../../electron/host/testing/release-server.ts';
import { outwardConnections, whyNotTraced } from '../../electron/server/testing/outward-connections.ts';
import { App } from '../app.ts';
import { findShells, programPath } from '../shells/find-shells.ts';
import { packProgram } from './pack-program.ts';
import { runPacked, startPacked } from './packed-shell.ts';

const { electron } = findShells();
test.skip('missing' in electron, 'missing' in electron ? electron.missing : '');

test('an installed program connects to nobody until a person asks for updates, and then shows where the newer one is', async () => {
  if ('missing' in electron) return;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-updates-'));
  const server = new ReleaseServer();
  await server.start();
  try {
    server.announce();
    const packed = await packProgram(
      electron,
      programPath,
      path.join(programPath, '.cache/packed-updates'),
      server.source,
    );
    const missing = whyNotTraced();
    const tracePath = path.join(folder, 'trace');
    if (missing !== undefined) test.info().annotations.push({ type: 'not watched', description: missing });
    const shell = await startPacked(packed, folder, missing === undefined ? tracePath : undefined);
    try {
      const app = new App(shell, []);
      await app.startDemo();
      await app.ask();
      await expect(app.citation).toBeVisible();
      expect(server.asked).toEqual([]);

      const opened = await shell.program.evaluateHandle(({ shell: system }) => {
        const addresses: string[] = [];
        system.openExternal = (address) => Promise.resolve(void addresses.push(address));
        return addresses;
      });
      await shell.program.evaluate(({ Menu }) => {
        const help = Menu.getApplicationMenu()?.items.find(({ label }) => label.includes('Help'));
        help?.submenu?.items.find(({ label }) => label.startsWith('Check for Updates'))?.click();
      });
      const dialog = app.page.getByRole('dialog', { name: 'Updates' });
      await expect(dialog.getByText('VideoMind 0.2.0 is out')).toBeVisible();
      expect(server.asked).toHaveLength(1);
      const { pageUrl } = server.source;
      await dialog.getByRole('link', { name: 'deb, for Debian and Ubuntu' }).click();
      await expect
        .poll(() => opened.jsonValue())
        .toEqual([`${pageUrl}download/v0.2.0/VideoMind-0.2.0-linux-x64.deb`]);
      // The window stays where it is.
      await expect(dialog).toBeVisible();
      if (process.env['VIDEOMIND_SCREENSHOTS'] !== undefined) {
        for (const theme of ['dark', 'light'] as const) {
          await app.showIn(theme);
          await app.takePicture(path.join(programPath, `docs/images/installed-updates-${theme}.png`));
        }
      }
    } finally {
      await shell.close();
    }
    if (missing === undefined) expect(outwardConnections(await readFile(tracePath, 'utf8'))).toEqual([]);
    const { stdout } = await runPacked(packed, folder, ['update', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'newer', version: '0.2.0' });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
    await rm(path.join(programPath, '.cache/packed-updates'), { recursive: true, force: true });
  }
});
