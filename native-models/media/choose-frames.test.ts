import { expect, it } from 'vitest';
import { chooseFrames } from './choose-frames.ts';

/** 20 frames: ten of 0.1 s, then ten of 0.5 s. */
const variable = {
  fps: 20 / 6,
  totalFrames: 20,
  durationSec: 6,
  frameTimesSec: Float64Array.from({ length: 20 }, (_, frame) =>
    frame < 10 ? frame / 10 : 1 + (frame - 10) / 2,
  ),
  constantRate: false,
};

it('looks a range up in the presentation times where frames differ in length', () => {
  const { frameIndices } = chooseFrames(variable, { sampleFps: 100, startSec: 1, endSec: 3 });
  expect(frameIndices).toEqual([10, 11, 13, 14]);
});

it('a range beyond the end is cut to the video', () => {
  const { frameIndices } = chooseFrames(variable, { sampleFps: 100, startSec: 4, endSec: 99 });
  expect(frameIndices.at(-1)).toBe(19);
});

it('a range of one frame is refused', () => {
  expect(() => chooseFrames(variable, { sampleFps: 2, startSec: 1, endSec: 1.2 })).toThrow(
    expect.objectContaining({ code: 'RANGE_INVALID' }),
  );
});
