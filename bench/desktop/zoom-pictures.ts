import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { build } from 'vite';
import { App } from '../../e2e/app.ts';
import { findChromium } from '../../e2e/browser/find-chromium.ts';
import { startBrowserShell } from '../../e2e/shells/browser-shell.ts';
import { windowsPath } from '../../e2e/shells/find-shells.ts';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';
import { withForeignCores } from '../machine/disturbance.ts';

// How long the pictures on the timeline take after a zoom: node bench/desktop/zoom-pictures.ts
// From the key going down to the frame on the screen that has the first one, and to the one that has all; each zoom is to
// places of which no picture was made before. A Chromium that paints in software.
const films = [
  { name: '240p', size: '426x240', targetSec: 1.5 },
  { name: '1080p', size: '1920x1080', targetSec: 3 },
] as const;
const filmSec = 300;
/** A key frame each so many seconds. */
const keySec = 10;
const places = 7;
const zoomSteps = 10;

/** Begins with the next key; done when a frame has been painted in which all pictures are their own. */
const fromKeyToPictures = `window.picturesAfterSec = new Promise((resolve) => {
  addEventListener('keydown', ({ timeStamp }) => {
    const strip = document.querySelector('canvas[data-pictures]');
    const look = (now) =>
      strip.dataset.pictures === 'complete' ? resolve((now - timeStamp) / 1000) : requestAnimationFrame(look);
    // The first frame paints what the key has changed.
    requestAnimationFrame(() => requestAnimationFrame(look));
  }, { once: true, capture: true });
}); undefined`;

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium is here; CHROMIUM_BIN names one.');
const folder = await mkdtemp(path.join(tmpdir(), 'videomind-bench-'));
const work = path.join(import.meta.dirname, '..', 'work', 'desktop');
await mkdir(work, { recursive: true });
await build({ logLevel: 'error', build: { outDir: windowsPath, emptyOutDir: true } });
const shell = await startBrowserShell({ executablePath, folder, prepare: () => Promise.resolve() });
try {
  const app = new App(shell, []);
  let isFirst = true;
  for (const film of films) {
    const file = await filmFile(film.size);
    if (isFirst) await app.startToy(file);
    else await app.addVideos([file]);
    isFirst = false;
    await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled({
      timeout: 60_000,
    });
    await pictures('complete');
    const { result, foreignCores } = await withForeignCores(() => zoomEverywhere(app));
    const all = result.toSorted((a, b) => a - b);
    const [median = NaN, longest = NaN] = [all[all.length >> 1], all.at(-1)];
    console.log(
      `${film.name}: all pictures after a zoom in ${median.toFixed(2)} s (median of ${all.length}), ${longest.toFixed(2)} s at most; ` +
        `target ${film.targetSec} s; cores that others kept busy meanwhile: ${foreignCores?.toFixed(2) ?? 'unknown'}`,
    );
  }
} finally {
  await shell.close();
  await rm(folder, { recursive: true, force: true });
}

/** Seconds until all pictures are there, of zooms at places all over the film. */
async function zoomEverywhere(app: App): Promise<number[]> {
  const seconds: number[] = [];
  for (let place = 0; place < places; place++) {
    await app.press('0');
    await pictures('complete');
    await app.player.getByRole('button', { name: /^Go to a time or frame/u }).click();
    const field = app.player.getByRole('textbox', { name: 'Go to a time or frame' });
    await field.fill(String(20 + place * 37.3));
    await field.press('Enter');
    await expect(app.player.getByTestId('player-time')).not.toHaveText('0:00.000');
    // From the whole film to some seconds of it.
    for (let step = 1; step < zoomSteps; step++) await app.press('+');
    await app.page.evaluate(fromKeyToPictures);
    await app.press('+');
    seconds.push(await app.page.evaluate<number>('window.picturesAfterSec'));
  }
  return seconds;
}

async function pictures(state: string): Promise<void> {
  await expect(shell.page.locator('canvas[data-pictures]')).toHaveAttribute('data-pictures', state, {
    timeout: 60_000,
  });
}

/** A film with few key frames, made once. */
async function filmFile(size: string): Promise<string> {
  const file = path.join(work, `zoom-${size}.mp4`);
  if (await stat(file).catch(() => undefined)) return file;
  const { path: ffmpeg } = await locateFfmpeg();
  const run = (...args: string[]) => promisify(execFile)(ffmpeg, ['-v', 'error', '-y', ...args]);
  const once = path.join(folder, `once-${size}.mp4`);
  const source = `testsrc2=s=${size}:r=25:d=${keySec}`;
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', String(25 * keySec), '-pix_fmt', 'yuv420p'];
  await run('-f', 'lavfi', '-i', source, ...coding, once);
  await run('-stream_loop', String(filmSec / keySec - 1), '-i', once, '-c', 'copy', file);
  return file;
}
