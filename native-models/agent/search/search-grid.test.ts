import { expect, test } from 'vitest';
import { fakeVideo } from '../test-support/fake-video.ts';
import { framesOfPairs, pairsOf, searchGrid, searchWindows, stretchOf } from './search-grid.ts';

const hour = fakeVideo({ fps: 25, totalFrames: 25 * 3600 });
const all = { startSec: 0, endSec: 3600 };

test('a grid has the frames of a rate from the start of the stretch on', () => {
  const grid = searchGrid(hour, { startSec: 10, endSec: 20 }, 1);
  expect(grid.frameIndices).toEqual([250, 275, 300, 325, 350, 375, 400, 425, 450, 475]);
});

test('a video of fewer frames a second gives each of them once', () => {
  const slow = fakeVideo({ fps: 0.5, totalFrames: 60 });
  const { frameIndices } = searchGrid(slow, { startSec: 0, endSec: 120 }, 2);
  expect(frameIndices).toEqual(Array.from({ length: 60 }, (_, frame) => frame));
});

test('a variable rate is looked up in the presentation times', () => {
  const times = Float64Array.from({ length: 40 }, (_, frame) => (frame < 20 ? frame : 20 + (frame - 20) / 2));
  const video = fakeVideo({
    totalFrames: 40,
    fps: 40 / 30,
    durationSec: 30,
    frameTimesSec: times,
    constantRate: false,
  });
  const { frameIndices } = searchGrid(video, { startSec: 0, endSec: 30 }, 1);
  expect(frameIndices.map((index) => times[index])).toEqual(
    Array.from({ length: 30 }, (_, second) => second),
  );
});

test('windows cover every pair, overlap by a quarter and share the pairs of the overlap', () => {
  const grid = searchGrid(hour, all, 1);
  const windows = searchWindows(grid, 60);
  expect(windows[0]).toMatchObject({ firstPair: 0, endPair: 60, startSec: 0, endSec: 119 });
  expect(windows.at(-1)).toMatchObject({ endPair: 1800, endSec: 3599 });
  const covered = new Set(windows.flatMap(pairsOf));
  expect(covered.size).toBe(1800);
  for (const [at, next] of windows.slice(1).entries()) {
    const overlap = windows[at]!.endPair - next.firstPair;
    expect(overlap).toBeGreaterThanOrEqual(15);
    expect(overlap).toBeLessThanOrEqual(17);
  }
  const frames = framesOfPairs(grid, pairsOf(windows[1]!));
  expect(framesOfPairs(grid, pairsOf(windows[0]!)).slice(-30)).toEqual(frames.slice(0, 30));
});

test('what fits into one window is one window; nothing is none', () => {
  expect(searchWindows(searchGrid(hour, { startSec: 5, endSec: 25 }, 1), 60)).toEqual([
    { firstPair: 0, endPair: 10, startSec: 5, endSec: 24 },
  ]);
  expect(searchWindows(searchGrid(hour, { startSec: 5, endSec: 5.5 }, 1), 60)).toEqual([]);
});

test('a stretch goes from the first frame of its pairs to the last', () => {
  const grid = searchGrid(hour, all, 0.5);
  expect(stretchOf(grid, [3, 9])).toEqual({ startSec: 12, endSec: 38 });
});
