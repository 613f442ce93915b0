/**
 * Measures the packed program on a fresh profile: `node bench/desktop/start-packed.ts`, with a screen. From the start to the
 * demo's answer, and at a second start to the window on the screen. With VIDEOMIND_SCREENSHOTS the window is kept as pictures
 * in docs/images, in both themes. The Electron is that of `npm run e2e:packed`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect } from '@playwright/test';
import { App } from '../../e2e/app.ts';
import { packProgram } from '../../e2e/packed/pack-program.ts';
import { startPacked } from '../../e2e/packed/packed-shell.ts';
import { findShells, programPath } from '../../e2e/shells/find-shells.ts';
import { openScreen } from '../../e2e/shells/screen.ts';

const closeScreen = await openScreen();
const { electron } = findShells();
if ('missing' in electron) throw new Error(electron.missing);
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-start-'));
try {
  const packed = await packProgram(electron, programPath, path.join(programPath, '.cache/packed'));
  const startedMs = performance.now();
  const shell = await startPacked(packed, folder);
  const app = new App(shell, []);
  await app.startDemo();
  await app.ask();
  await expect(app.citation).toBeVisible();
  console.log(`start to the demo's answer: ${seconds(startedMs)} s`);
  if (process.env['VIDEOMIND_SCREENSHOTS'] !== undefined) {
    for (const theme of ['dark', 'light'] as const) {
      await app.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await expect(app.page.locator('html')).toHaveAttribute('data-theme', theme);
      await app.page.screenshot({ path: path.join(programPath, `docs/images/installed-demo-${theme}.png`) });
    }
  }
  await shell.close();
  const againMs = performance.now();
  const again = await startPacked(packed, folder);
  await again.page.getByRole('region', { name: 'Player', exact: true }).waitFor();
  console.log(`second start to the window: ${seconds(againMs)} s`);
  await again.close();
} finally {
  await rm(folder, { recursive: true, force: true });
  await closeScreen();
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(2);
}
