import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { build } from 'vite';
import { findChromium } from '../../e2e/browser/find-chromium.ts';
import { startBrowserShell } from '../../e2e/shells/browser-shell.ts';
import { windowsPath } from '../../e2e/shells/find-shells.ts';
import type { AnnotationOperation } from '../../electron/host/contract/annotations.ts';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import { Store } from '../../electron/host/store/store.ts';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';
import { withForeignCores } from '../machine/disturbance.ts';

// How quick keys and filters are in a project of 1,000 videos and 10,000 moments: node bench/desktop/annotator-keys.ts
// A time is from the key going down to the frame that shows its effect, in a Chromium that paints in software.
const videoCount = 1000;
const momentCount = 10_000;
/** Of them on the video that is shown: what walking and deciding have to cope with. */
const onFirstVideo = 2000;
const times = 30;
const durationSec = 300;

const folder = await mkdtemp(path.join(tmpdir(), 'videomind-bench-'));
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium is here; CHROMIUM_BIN names one.');
await build({ logLevel: 'error', build: { outDir: windowsPath, emptyOutDir: true } });
await fillLibrary(path.join(folder, 'data'));

const shell = await startBrowserShell({ executablePath, folder, prepare: () => Promise.resolve() });
try {
  const { foreignCores } = await withForeignCores(() => measureAll(shell.page));
  console.log(`cores that others kept busy meanwhile: ${foreignCores?.toFixed(2) ?? 'unknown'}`);
} finally {
  await shell.close();
  await rm(folder, { recursive: true, force: true });
}

/** What a key is to change, as an expression in the page, and what is pressed. */
interface Measured {
  readonly name: string;
  readonly keys: readonly string[];
  readonly effect: string;
}

async function measureAll(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Review' }).click();
  const rowsShown = `[...document.querySelectorAll('[aria-current=true]')].map((each) => each.textContent).join()`;
  const selected = `document.querySelector('[role=option][aria-selected=true]')?.textContent`;
  const startField = `[...document.querySelectorAll('label')].find((each) => each.textContent === 'Start')?.control?.value`;
  await page.getByRole('listbox', { name: 'Moments on the timeline' }).getByRole('option').first().waitFor();
  await page.evaluate('document.activeElement?.blur()');
  await page.keyboard.press('ArrowDown');
  const inWindow: readonly Measured[] = [
    { name: 'next moment', keys: ['ArrowDown'], effect: selected },
    { name: 'accept, and on to the next open one', keys: ['a'], effect: selected },
    { name: 'nudge an edge', keys: ['.', ','], effect: startField },
    {
      name: 'label',
      keys: ['1', '2'],
      effect: `document.querySelector('[aria-current=true] [data-color]')?.textContent`,
    },
    { name: 'take back', keys: ['Control+z'], effect: rowsShown },
  ];
  for (const each of inWindow) await tell(page, each);

  await page.keyboard.press('Control+Shift+f');
  const grid = page.getByRole('grid', { name: 'Moments of the project' });
  await grid.focus();
  const current = `document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant')`;
  const rows = `document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')`;
  const cells = `document.querySelector('[role=row][aria-selected=true]')?.textContent`;
  const inTable: readonly Measured[] = [
    { name: 'table: next row', keys: ['ArrowDown'], effect: current },
    { name: 'table: a page further', keys: ['PageDown'], effect: current },
    { name: 'table: accept, reopen', keys: ['a', 'u'], effect: cells },
    { name: 'table: label', keys: ['1', '2'], effect: cells },
  ];
  for (const each of inTable) await tell(page, each);
  await page.getByRole('searchbox', { name: 'Search' }).focus();
  await tell(page, { name: 'filter: one more letter of a word', keys: ['9', 'Backspace'], effect: rows });
  await page.getByRole('tab', { name: 'Videos' }).last().click();
  await page.getByRole('searchbox', { name: 'Search' }).focus();
  await tell(page, { name: 'filter of videos', keys: ['7', 'Backspace'], effect: rows });
}

async function tell(page: Page, { name, keys, effect }: Measured): Promise<void> {
  const found: number[] = [];
  for (let time = 0; time < times; time++) {
    // It listens before the key is pressed; waiting for both at once would miss it.
    await page.evaluate(`void (window.measured = ${untilEffect(effect)})`);
    await page.keyboard.press(keys[time % keys.length] ?? '');
    found.push(await page.evaluate<number>('window.measured'));
  }
  const seen = found.filter((ms) => ms >= 0).sort((a, b) => a - b);
  const at = (share: number): string =>
    (seen[Math.min(seen.length - 1, Math.floor(share * seen.length))] ?? NaN).toFixed(0);
  console.log(
    `${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${seen.length}` +
      (seen.length < times ? ` (${times - seen.length} without an effect)` : ''),
  );
}

/** A promise of the milliseconds from the next key to the frame in which an expression has changed; -1: it never did. */
function untilEffect(effect: string): string {
  return `new Promise((resolve) => {
    const look = () => ${effect};
    addEventListener('keydown', (event) => {
      const before = look();
      const shown = () => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
        channel.port2.postMessage(0);
      };
      const wait = () => {
        if (look() !== before) shown();
        else if (performance.now() - event.timeStamp > 3000) resolve(-1);
        else requestAnimationFrame(wait);
      };
      requestAnimationFrame(wait);
    }, { capture: true, once: true });
  })`;
}

/** Videos that are one small film under a thousand names, and moments all over them. */
async function fillLibrary(dataPath: string): Promise<void> {
  await mkdir(path.join(dataPath, 'films'), { recursive: true });
  const film = path.join(dataPath, 'films', 'film.mp4');
  const { path: ffmpeg } = await locateFfmpeg();
  await promisify(execFile)(ffmpeg, [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc=s=160x90:r=2:d=${durationSec}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1', '-pix_fmt', 'yuv420p', film],
  ]);
  const { size: bytes } = await stat(film);
  const picture = {
    ...{ durationSec, fps: 2, totalFrames: 2 * durationSec, width: 160, height: 90, codec: 'h264' },
    ...{ variableFrameRate: false, hasAudio: false, mediaStartSec: 0 },
  };
  const store = await Store.open(path.join(dataPath, 'library.db'));
  await store.call('createProject', { id: 'p', name: 'Many', createdAtMs: 1 });
  for (let index = 0; index < videoCount; index++) {
    const name = `film-${String(index).padStart(4, '0')}.mp4`;
    const filePath = path.join(dataPath, 'films', name);
    await link(film, filePath);
    const video: Omit<LibraryVideo, 'subtitles'> = {
      ...{ id: `v${index}`, path: filePath, name, bytes, addedAtMs: index, picture },
      ...{ state: 'ready', playback: 'direct' },
    };
    await store.call('saveVideo', video);
    await store.call('addVideoToProject', { projectId: 'p', videoId: video.id });
  }
  const labels = ['run', 'walk', 'talk'].map((name, color) => ({ id: name, name, color }));
  const operations: AnnotationOperation[] = labels.map((label) => ({ op: 'addLabel', label }));
  for (let index = 0; index < momentCount; index++) {
    const isFirst = index < onFirstVideo;
    const startSec = isFirst ? (index * (durationSec - 2)) / onFirstVideo : (index * 7) % (durationSec - 2);
    operations.push({
      op: 'add',
      annotation: {
        ...{
          id: `a${index}`,
          videoId: isFirst ? 'v0' : `v${index % videoCount}`,
          startSec,
          endSec: startSec + 1.5,
        },
        ...{ text: `moment ${index}`, note: '', provenance: 'human', state: 'open' },
        ...{ labelId: labels[index % labels.length]?.id, confidence: (index % 100) / 100 },
      },
    });
  }
  await store.call('changeAnnotations', { projectId: 'p', title: 'Add', operations, atMs: 2, stepId: 's' });
  await store.call('changeSettings', { firstStartDone: true, projectId: 'p' });
  await store.close();
}
