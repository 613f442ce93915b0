import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFrameIndices } from './sample-frames.ts';
import { positionToSeconds, secondsToPosition, shareToSeconds } from './timeline.ts';
import type { TimelineVideo } from './timeline.ts';

const constant: TimelineVideo = {
  fps: 30_000 / 1001,
  totalFrames: 509,
  durationSec: 16.983633333333334,
  frameTimesSec: Float64Array.from({ length: 509 }, (_, index) => (index * 1001) / 30_000),
  constantRate: true,
};

/** Ten frames a second for a second, then one a second for ten. */
const variable: TimelineVideo = {
  fps: 20 / 11,
  totalFrames: 20,
  durationSec: 11,
  frameTimesSec: Float64Array.from({ length: 20 }, (_, index) => (index < 10 ? index / 10 : index - 9)),
  constantRate: false,
};

describe('times of frames', () => {
  it('are those of the reference, to the bit, at a constant rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(shareToSeconds(constant, share)).toBe(share * (509 / (30_000 / 1001)));
        expect(secondsToPosition(constant, share)).toBe(share * (30_000 / 1001));
      }),
    );
  });

  it('follow the presentation times at a variable rate', () => {
    expect(shareToSeconds(variable, 0.5)).toBe(1);
    expect(shareToSeconds(variable, 0.25)).toBe(0.5);
    expect(shareToSeconds(variable, 1)).toBe(11);
    expect(positionToSeconds(variable, 12.5)).toBe(3.5);
    expect(secondsToPosition(variable, 3.5)).toBe(12.5);
    expect(secondsToPosition(variable, 99)).toBe(20);
    expect(secondsToPosition(variable, -1)).toBe(0);
  });

  it('come back from seconds to the same position', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 20, noNaN: true }), (position) => {
        expect(secondsToPosition(variable, positionToSeconds(variable, position))).toBeCloseTo(position, 9);
      }),
    );
  });

  it('choose frames of the span that was meant, at a variable rate', () => {
    const indices = sampleFrameIndices(variable, { sampleFps: 30, maxFrames: 4, startSec: 1, endSec: 11 });
    expect(indices).toEqual([10, 13, 16, 19]);
  });

  it('refuse to choose from fewer than four frames', () => {
    const short = { ...constant, totalFrames: 3 };
    expect(() => sampleFrameIndices(short, { sampleFps: 1, maxFrames: 100 })).toThrow(/too few/);
  });
});
