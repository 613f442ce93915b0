/**
 * Measures the app's window with the bundled toy model, through `videomind serve` and headless Chromium:
 * `node bench/app.ts [QUESTIONS]` (200). How long a warm start takes until the window can be used; the longest task of the
 * window while the engine runs (processor time, from the browser's own trace); what the window's heap holds, after
 * collecting garbage, as questions add up.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { App } from '../e2e/app.ts';
import buildWindows from '../e2e/build-windows.ts';
import { findChromium } from '../e2e/browser/find-chromium.ts';
import { startBrowserShell } from '../e2e/shells/browser-shell.ts';
import { longestTasks, type TraceEvent } from './timeline-trace.ts';

const questions = Number(process.argv[2] ?? 200);
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium was found: set CHROMIUM_BIN to its path.');
await buildWindows();
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-app-'));
const shell = await startBrowserShell({ executablePath, folder, prepare: () => Promise.resolve() });
const app = new App(shell, []);
try {
  await app.startToy();
  await answered('Which shape moves to the right?');
  await measureStart();
  await measureTasks();
  await measureHeap();
} finally {
  await shell.close();
  await rm(folder, { recursive: true, force: true });
}

/** Asks and waits until the run is done. */
async function answered(question: string): Promise<void> {
  const run = await app.ask(question);
  await run.getByRole('heading', { name: question, exact: true }).waitFor({ timeout: 120_000 });
  await run.getByText('Done', { exact: true }).first().waitFor({ timeout: 120_000 });
}

/** From opening the address to a question that can be put: with caches and the host warm. */
async function measureStart(): Promise<void> {
  const spans: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const beganMs = performance.now();
    await app.page.reload({ waitUntil: 'commit' });
    await app.askButton.waitFor();
    await app.player.getByRole('button', { name: 'Play', exact: true }).waitFor();
    spans.push(performance.now() - beganMs);
  }
  spans.sort((a, b) => a - b);
  console.log(
    `window usable after   ${(spans[2] ?? 0).toFixed(0)} ms (median of 5), ${(spans[4] ?? 0).toFixed(0)} ms (longest)`,
  );
}

async function measureTasks(): Promise<void> {
  const session = await app.page.context().newCDPSession(app.page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  for (let question = 0; question < 3; question += 1)
    await answered(`What moves, seen for the time ${question}?`);
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  const [longest = 0, ...others] = longestTasks(events);
  const over = [longest, ...others].filter((each) => each > 50).length;
  console.log(`tasks while it runs   longest ${longest.toFixed(1)} ms, ${over} over 50 ms (three questions)`);
}

async function measureHeap(): Promise<void> {
  const session = await app.page.context().newCDPSession(app.page);
  await session.send('Performance.enable');
  for (let question = 0; question <= questions; question += 1) {
    if (question % 20 === 0) {
      await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      const value = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
      const heap = (value('JSHeapUsedSize') / 2 ** 20).toFixed(1);
      console.log(
        `after ${String(question).padStart(3)} questions   heap ${heap} MiB, ${value('Nodes')} nodes`,
      );
    }
    if (question < questions) await answered(`Question ${question}: which shape moves?`);
  }
}
