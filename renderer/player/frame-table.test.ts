import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTable, seekTargetSec } from './frame-table.ts';

/** Frames of a video with a variable rate, from the lengths of its frames. */
const video = fc
  .array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 60 })
  .map((lengthsMs) => {
    const timesSec: number[] = [];
    let at = 0;
    for (const length of lengthsMs) {
      timesSec.push(at / 1000);
      at += length;
    }
    return { timesSec, durationSec: at / 1000 };
  });

describe('FrameTable', () => {
  it('tells the frame shown at any time, whatever the order of the windows and however they overlap', () => {
    fc.assert(
      fc.property(video, fc.infiniteStream(fc.nat()), ({ timesSec, durationSec }, random) => {
        const table = new FrameTable(timesSec.length, durationSec, 25);
        const next = () => random.next().value as number;
        for (let window = 0; window < 8; window += 1) {
          const from = next() % timesSec.length;
          table.insert({ firstFrameIndex: from, timesSec: timesSec.slice(from, from + 1 + (next() % 20)) });
        }
        table.insert({ firstFrameIndex: 0, timesSec });
        timesSec.forEach((timeSec, index) => {
          const endSec = timesSec[index + 1] ?? durationSec;
          const frame = { index, timeSec, endSec };
          expect(table.frame(index)).toEqual(frame);
          expect(table.frameAt(timeSec)).toEqual(frame);
          expect(table.frameAt(seekTargetSec(frame))).toEqual(frame);
          expect(table.frameAt(endSec - 1e-4)).toEqual(frame);
        });
      }),
    );
  });

  it('tells nothing of what it does not know: neither gaps nor a frame without a known end', () => {
    const table = new FrameTable(100, 10, 10);
    table.insert({ firstFrameIndex: 20, timesSec: [2, 2.1, 2.2] });
    table.insert({ firstFrameIndex: 40, timesSec: [4, 4.1] });
    expect(table.frame(21)).toEqual({ index: 21, timeSec: 2.1, endSec: 2.2 });
    expect(table.frame(22)).toBeUndefined();
    expect(table.frameAt(2.25)).toBeUndefined();
    expect(table.frameAt(3)).toBeUndefined();
    expect(table.frameAt(1.99)).toBeUndefined();
  });

  it('lets the last frame end with the video, or last as long as usual where the container says less', () => {
    const long = new FrameTable(2, 1.5, 10);
    long.insert({ firstFrameIndex: 0, timesSec: [0, 1] });
    expect(long.frame(1)?.endSec).toBe(1.5);
    const short = new FrameTable(2, 1, 10);
    short.insert({ firstFrameIndex: 0, timesSec: [0, 1] });
    expect(short.frame(1)?.endSec).toBeCloseTo(1.1);
    expect(short.frameAt(7)?.index).toBe(1);
  });

  it('shows the first frame before its time', () => {
    const table = new FrameTable(2, 1, 2);
    table.insert({ firstFrameIndex: 0, timesSec: [0.02, 0.52] });
    expect(table.frameAt(0)?.index).toBe(0);
  });

  it('lists the known times of a stretch', () => {
    const table = new FrameTable(4, 4, 1);
    table.insert({ firstFrameIndex: 0, timesSec: [0, 1, 2, 3] });
    expect(table.timesBetween(0.5, 2)).toEqual([1, 2]);
    expect(table.timesBetween(1, 1)).toEqual([1]);
  });
});
