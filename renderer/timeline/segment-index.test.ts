import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLanes, mostLanes } from './lanes.ts';
import { indexSegments, overlapping } from './segment-index.ts';

const moments = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 80 })).map(([start, length]) => ({
    startSec: start / 10,
    endSec: (start + length) / 10,
  })),
  { maxLength: 120 },
);

describe('SegmentIndex', () => {
  it('finds what a look at each segment finds, in the order of their starts', () => {
    fc.assert(
      fc.property(moments, fc.nat(60), fc.nat(20), (segments, startSec, length) => {
        const endSec = startSec + length;
        const index = indexSegments(segments);
        const expected = index.sorted.filter((each) => each.startSec <= endSec && each.endSec >= startSec);
        expect(overlapping(index, startSec, endSec).map(({ segment }) => segment)).toEqual(expected);
      }),
    );
  });
});

describe('assignLanes', () => {
  it('never puts two overlapping segments into one lane, unless all lanes are taken', () => {
    fc.assert(
      fc.property(moments, (segments) => {
        const { sorted } = indexSegments(segments);
        const { laneOf, count } = assignLanes(sorted);
        expect(count).toBeLessThanOrEqual(mostLanes);
        sorted.forEach((segment, place) => {
          expect(laneOf[place]).toBeLessThan(count);
          const clash = sorted
            .slice(0, place)
            .some((before, at) => laneOf[at] === laneOf[place] && before.endSec > segment.startSec);
          if (clash) expect(laneOf[place]).toBe(mostLanes - 1);
        });
      }),
    );
  });

  it('uses one lane for segments that follow each other, and for none', () => {
    expect(assignLanes([]).count).toBe(1);
    expect(
      assignLanes([
        { startSec: 0, endSec: 1 },
        { startSec: 1, endSec: 2 },
      ]).count,
    ).toBe(1);
  });
});
