/**
 * Measures how much script time a frame costs while a timeline with ten thousand segments is panned and zoomed in
 * headless Chromium: `node bench/timeline.ts [FRAMES] [SCREENSHOT.png]` (300). Script time is read from the browser's own
 * trace: everything that ran JavaScript or collected its garbage on the page's main thread between two frames.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { chromiumArguments, findChromium } from '../e2e/browser/find-chromium.ts';
import { scriptTimePerFrame, type TraceEvent } from './timeline-trace.ts';

const frames = Number(process.argv[2] ?? 300);
const screenshotPath = process.argv[3];
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-timeline-'));
const root = path.join(import.meta.dirname, '../renderer/timeline/bench');
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium was found: set CHROMIUM_BIN to its path.');

await build({
  root,
  base: './',
  configFile: false,
  logLevel: 'error',
  plugins: [react()],
  build: { outDir: folder, emptyOutDir: true, target: 'es2024' },
});
const server = createServer((request, response) => {
  const file = path.join(folder, path.normalize(request.url === '/' ? '/index.html' : (request.url ?? '/')));
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
  };
  readFile(file).then(
    (bytes) => response.writeHead(200, { 'content-type': types[path.extname(file)] ?? '' }).end(bytes),
    () => response.writeHead(404).end(),
  );
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 600 } });
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('[data-ready]');
  await measure(page, 'pan, all ten thousand in view', `pan(${frames}, 1.02)`);
  await measure(page, 'pan, hundreds in view', `pan(${frames}, 20)`);
  await measure(page, 'pan, single segments', `pan(${frames}, 400)`);
  await measure(page, 'zoom from all to the frames and back', `fit(); timelineBench.zoomInAndOut(${frames})`);
  if (screenshotPath !== undefined) await page.screenshot({ path: screenshotPath });
} finally {
  await browser.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(page: Page, name: string, script: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['devtools.timeline', 'blink.user_timing', 'v8', '__metadata'] },
  });
  const rate = await page.evaluate<number>(`timelineBench.${script}`);
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  console.log(name);
  for (const clock of ['wall', 'processor'] as const) {
    const { medianMs, p95Ms, longestMs } = scriptTimePerFrame(events, 'timeline-frame', clock);
    const times = `${medianMs.toFixed(1)} ms a frame (median), ${p95Ms.toFixed(1)} ms (p95), ${longestMs.toFixed(1)} ms (longest)`;
    console.log(`  script, ${clock.padEnd(9)} ${times}`);
  }
  console.log(`  painted           ${rate.toFixed(0)} frames a second, of ${frames}`);
}
