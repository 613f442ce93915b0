import { expect, test } from 'vitest';
import { fakeVideo } from '../../test-support/fake-video.ts';
import { spreadFrames } from './spread-frames.ts';

const budget = { minFrames: 1, maxFrames: 64 };
const video = fakeVideo({ totalFrames: 600, fps: 25 });

// What NumPy's linspace and Python's range gave.
test.each([
  [4, 6, 2, [100, 116, 133, 150]],
  [1.3, 5.1, 4, [32, 38, 45, 52, 59, 65, 72, 79, 86, 93, 99, 106, 113, 120, 127]],
  [20, 24, 1, [500, 533, 566, 599]],
  // There are three frames, of which NumPy gives two twice.
  [2, 2.1, 50, [50, 51, 52]],
])('%f s to %f s at %f frames a second', (startSec, endSec, fps, indices) => {
  expect(spreadFrames(video, { startSec, endSec }, { ...budget, fps })).toEqual(indices);
});

test('a whole video is looked at every so often, and evenly where that were too many', () => {
  expect(spreadFrames(video, {}, { ...budget, fps: 0.5 })).toEqual([
    0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550,
  ]);
  expect(spreadFrames(video, {}, { fps: 2, minFrames: 1, maxFrames: 7 })).toEqual([
    0, 99, 199, 299, 399, 499, 599,
  ]);
  const slow = fakeVideo({ totalFrames: 10, fps: 12.5 });
  expect(spreadFrames(slow, {}, { ...budget, fps: 5 })).toEqual([0, 2, 4, 6, 8]);
});

test('at least so many as may be fewest are shown; a stretch that is none is refused', () => {
  expect(spreadFrames(video, { startSec: 2, endSec: 2.1 }, { ...budget, fps: 1 })).toEqual([50]);
  expect(spreadFrames(video, {}, { ...budget, fps: Number.MIN_VALUE })).toEqual([0]);
  for (const [startSec, endSec] of [
    [4, 2],
    [4, 4],
  ] as const) {
    expect(() => spreadFrames(video, { startSec, endSec }, { ...budget, fps: 1 })).toThrow(
      expect.objectContaining({ code: 'RANGE_INVALID' }),
    );
  }
});
