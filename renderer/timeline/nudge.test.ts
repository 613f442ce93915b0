import { describe, expect, it } from 'vitest';
import { nudged, nudgedTime } from './nudge.ts';
import { knownFrames } from './testing/segments.ts';

const uneven = { frames: knownFrames([0, 1, 1.5, 4, 4.25], 5), fps: 1, durationSec: 5 };

describe('nudge', () => {
  it('goes from frame to frame, however long they are', () => {
    expect(nudgedTime(uneven, 1, 1)).toBe(1.5);
    expect(nudgedTime(uneven, 1.5, 1)).toBe(4);
    expect(nudgedTime(uneven, 4, -1)).toBe(1.5);
    expect(nudgedTime(uneven, 4.25, 1)).toBe(5);
    expect(nudgedTime(uneven, 0, -1)).toBe(0);
  });

  it('goes to the boundaries of its own frame first from within it', () => {
    expect(nudgedTime(uneven, 2, -1)).toBe(1.5);
    expect(nudgedTime(uneven, 2, 1)).toBe(4);
  });

  it('goes by the usual length where frame times are not known', () => {
    expect(nudgedTime({ frames: undefined, fps: 25, durationSec: 5 }, 1, 2)).toBeCloseTo(1.08);
  });

  it('keeps the edges in order, and the length of a whole moment', () => {
    expect(nudged(uneven, { startSec: 1, endSec: 1.5 }, 'start', 2)).toEqual({ startSec: 1.5, endSec: 1.5 });
    expect(nudged(uneven, { startSec: 1, endSec: 1.5 }, 'whole', 1)).toEqual({ startSec: 1.5, endSec: 2 });
  });
});
