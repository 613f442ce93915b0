import { describe, expect, it } from 'vitest';
import { buildFrameTable } from './frame-table.ts';
import type { Packet } from './packet.ts';

const milliseconds = { numerator: 1, denominator: 1000 };

function packets(timesMs: readonly number[], durationMs: number): Packet[] {
  return timesMs.map((time, index) => ({ time, duration: durationMs, key: index % 10 === 0 }));
}

describe('the table of frames', () => {
  it('finds the nominal rate behind a coarse clock', () => {
    const times = Array.from({ length: 300 }, (_, index) => Math.round((index * 1001) / 30));
    const table = buildFrameTable(
      { tickSec: milliseconds, packets: packets(times, 33), seeking: 'exact' },
      0,
    )!;
    expect(table.fps).toBe(30_000 / 1001);
    expect(table.constantRate).toBe(true);
  });

  it('counts frames over the duration where the rate varies', () => {
    const table = buildFrameTable(
      { tickSec: milliseconds, packets: packets([0, 40, 80, 500, 540], 40), seeking: 'exact' },
      0,
    )!;
    expect(table.constantRate).toBe(false);
    expect(table.fps).toBe(5 / 0.58);
    expect(table.durationSec).toBe(0.58);
  });

  it('starts at the first frame that decodes and sorts by time', () => {
    const list = {
      tickSec: milliseconds,
      packets: packets([0, 120, 40, 80, 160], 40),
      seeking: 'exact',
    } as const;
    const table = buildFrameTable(list, 0.08)!;
    expect([...table.frameTimesSec]).toEqual([0, 0.04, 0.08]);
    expect(table.seekIndex.startTimeSec).toBe(0.08);
  });

  it('leaves it to decoding whether packets of one time are pictures, and then shows each', () => {
    const list = {
      tickSec: milliseconds,
      packets: packets([0, 40, 40, 80, 120, 120], 40),
      seeking: 'exact',
    } as const;
    expect(buildFrameTable(list, 0)).toBeUndefined();
    const table = buildFrameTable({ ...list, decoded: true }, 0)!;
    expect([...table.frameTimesSec]).toEqual([0, 0.04, 0.06, 0.08, 0.12, 0.14]);
    expect([...table.seekIndex.decodedTimesSec!]).toEqual([0, 0.04, 0.04, 0.08, 0.12, 0.12]);
    expect(table.durationSec).toBeCloseTo(0.16);
  });

  it('is refused when the list is on another clock than the decoder', () => {
    const list = { tickSec: milliseconds, packets: packets([0, 40, 80], 40), seeking: 'exact' } as const;
    expect(buildFrameTable(list, 1.4)).toBeUndefined();
    expect(buildFrameTable({ ...list, packets: [] }, 0)).toBeUndefined();
  });

  it('aims behind a key frame, and at the one before where seeks may land late', () => {
    const times = Array.from({ length: 40 }, (_, index) => index * 100);
    const list = { tickSec: milliseconds, packets: packets(times, 100) };
    const exact = buildFrameTable({ ...list, seeking: 'exact' }, 0)!.seekIndex;
    expect(exact.keyFrames).toEqual([0, 10, 20, 30]);
    expect(exact.seekTimesSec).toEqual([
      undefined,
      expect.closeTo(1.14),
      expect.closeTo(2.14),
      expect.closeTo(3.14),
    ]);
    const nearby = buildFrameTable({ ...list, seeking: 'nearby' }, 0)!.seekIndex;
    expect(nearby.seekTimesSec).toEqual([undefined, undefined, 1.05, 2.05]);
    const none = buildFrameTable({ ...list, seeking: 'none' }, 0)!.seekIndex;
    expect(none.keyFrames).toEqual([0]);
  });
});
