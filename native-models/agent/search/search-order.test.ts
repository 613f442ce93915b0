import { expect, test } from 'vitest';
import { fakeVideo } from '../test-support/fake-video.ts';
import { searchGrid, searchWindows } from './search-grid.ts';
import { coarseLooks, orderWindows } from './search-order.ts';

const grid = searchGrid(fakeVideo({ totalFrames: 25 * 600 }), { startSec: 0, endSec: 600 }, 1);

test('coarse looks take every fourth pair, no more at a time than a window has', () => {
  const looks = coarseLooks(grid, 40);
  expect(looks.flat()).toEqual(Array.from({ length: 75 }, (_, pair) => pair * 4));
  expect(looks.map(({ length }) => length)).toEqual([38, 37]);
});

test('windows with the likeliest pairs come first, the others in the order of the film', () => {
  const windows = searchWindows(grid, 60);
  const ordered = orderWindows(windows, [
    { pairs: [0, 4, 8], likelihoods: [0, 0, 0] },
    { pairs: [200, 292], likelihoods: [0.4, 0.9] },
  ]);
  expect(ordered[0]).toBe(windows.at(-1));
  expect(ordered[1]!.firstPair).toBeLessThanOrEqual(200);
  const rest = ordered.filter((window) => window.endPair <= 200).map(({ firstPair }) => firstPair);
  expect(rest).toEqual([...rest].sort((one, other) => one - other));
  expect(ordered).toHaveLength(windows.length);
});
