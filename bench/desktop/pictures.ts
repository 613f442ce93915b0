/**
 * Pictures of the packed program on a fresh profile, in both themes, for docs/images (the page of models is left out: it shows where this machine keeps them): `node bench/desktop/pictures.ts`, with a
 * screen or Xvfb. The Electron is that of `npm run e2e:packed`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { App } from '../../e2e/app.ts';
import { packProgram } from '../../e2e/packed/pack-program.ts';
import { startPacked } from '../../e2e/packed/packed-shell.ts';
import { findShells, programPath } from '../../e2e/shells/find-shells.ts';
import { openScreen } from '../../e2e/shells/screen.ts';

const closeScreen = await openScreen();
const { electron } = findShells();
if ('missing' in electron) throw new Error(electron.missing);
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-pictures-'));
try {
  const packed = await packProgram(electron, programPath, path.join(programPath, '.cache/packed'));
  const shell = await startPacked(packed, folder);
  const app = new App(shell, []);
  await expect(app.page.getByRole('button', { name: 'Start the demo' })).toBeVisible({ timeout: 60_000 });
  await takeBoth(app, 'first-start');
  await app.startDemo();
  await app.ask();
  await expect(app.citation).toBeVisible({ timeout: 60_000 });
  await takeBoth(app, 'answer');
  await app.page.getByRole('button', { name: 'Settings', exact: true }).click();
  await expect(app.page.getByRole('dialog')).toBeVisible();
  await takeBoth(app, 'settings');
  await shell.close();
} finally {
  await rm(folder, { recursive: true, force: true });
  await closeScreen();
}

async function takeBoth(app: App, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await app.showIn(theme);
    await app.takePicture(path.join(programPath, `docs/images/installed-${name}-${theme}.png`));
  }
}
