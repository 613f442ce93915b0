import { afterEach, expect, test, vi } from 'vitest';
import { wholeVideo, zoomed } from './view-window.ts';
import { WaveformLoader } from './waveform-loader.ts';

const view = wholeVideo(7200, 25, 1000);

/** Answers that are written piece by piece. */
function answers() {
  const pieces: ReadableStreamDefaultController<Uint8Array>[] = [];
  const fetched = vi.fn<(url: string, options?: RequestInit) => Promise<Response>>(() => {
    const body = new ReadableStream<Uint8Array>({ start: (piece) => void pieces.push(piece) });
    return Promise.resolve(new Response(body));
  });
  vi.stubGlobal('fetch', fetched);
  return { pieces, fetched };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('peaks are shown as they come, in whatever pieces, each level fetched once', async () => {
  const { pieces, fetched } = answers();
  const changed = vi.fn();
  const loader = new WaveformLoader((perSec) => `peaks/${perSec}`, changed);
  loader.levels(view);
  loader.levels(view);
  await vi.waitFor(() => expect(pieces).toHaveLength(1));
  const bytes = new Uint8Array(Int16Array.from([-5, 6, -7, 8]).buffer);
  pieces[0]?.enqueue(bytes.slice(0, 5));
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
  const [level] = loader.levels(view);
  expect([level?.perSec, level?.count, level?.peaks[0], level?.peaks[1]]).toEqual([2, 1, -5, 6]);
  expect(loader.isComplete(view)).toBe(false);
  pieces[0]?.enqueue(bytes.slice(5));
  const hours = new Int16Array(100_000).fill(9);
  pieces[0]?.enqueue(new Uint8Array(hours.buffer));
  pieces[0]?.close();
  await vi.waitFor(() => expect(loader.isComplete(view)).toBe(true));
  expect([level?.count, level?.peaks[3], level?.peaks[100_003]]).toEqual([50_002, 8, 9]);
  const closer = loader.levels(zoomed(view, 7200, 0));
  expect(closer.map(({ perSec }) => perSec)).toEqual([128, 2]);
  expect(fetched.mock.calls.map(([url]) => url)).toEqual(['peaks/2', 'peaks/128']);
});

test('a level that is being made is let go of once another one comes, and fetched anew when it is wanted', async () => {
  const { pieces, fetched } = answers();
  const loader = new WaveformLoader((perSec) => `peaks/${perSec}`, vi.fn());
  const near = zoomed(view, 7200, 0);
  loader.levels(view);
  loader.levels(near);
  await vi.waitFor(() => expect(pieces).toHaveLength(2));
  const signals = fetched.mock.calls.map(([, options]) => options?.signal);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  pieces[1]?.enqueue(new Uint8Array(8));
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  expect(loader.levels(near).map(({ perSec, count }) => [perSec, count])).toEqual([
    [128, 2],
    [2, 0],
  ]);
  loader.levels(view);
  expect(fetched).toHaveBeenCalledTimes(3);
  expect(loader.hasFailed).toBe(false);
  loader.end();
  expect(fetched.mock.calls.every(([, options]) => options?.signal?.aborted)).toBe(true);
});

test('a sound that cannot be read is told, and not asked for again', async () => {
  const fetched = vi.fn(() => Promise.resolve(new Response('VIDEO_DECODE_FAILED', { status: 422 })));
  vi.stubGlobal('fetch', fetched);
  const changed = vi.fn();
  const loader = new WaveformLoader(() => '', changed);
  loader.levels(view);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(loader.hasFailed).toBe(true);
  expect(loader.levels(view).every(({ count }) => count === 0)).toBe(true);
  expect(fetched).toHaveBeenCalledTimes(1);
});
