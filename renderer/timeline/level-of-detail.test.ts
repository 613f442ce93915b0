import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexTrack, layOut } from './layout.ts';
import { colorPlaces, curveColumns, drawList, sharesOf } from './level-of-detail.ts';
import { kept, track } from './testing/segments.ts';
import { coarser, thumbnailSlots } from './thumbnail-slots.ts';
import { namesUnder, rulerNames, rulerScale, ticksWithin } from './ruler.ts';
import { panned, pxPerSec, wholeVideo, zoomed } from './view-window.ts';

const whole = wholeVideo(10_000, 25, 1000);

describe('drawList', () => {
  it('draws ten thousand segments as no more blocks than there are pixels and lanes, and loses none', () => {
    const segments = Array.from({ length: 10_000 }, (_, index) => kept(`${index}`, index, index + 0.9));
    const { singles, blocks } = drawList(indexTrack(track(segments)), whole);
    expect(singles).toHaveLength(0);
    expect(blocks.length / 4).toBeLessThanOrEqual(1000);
    let count = 0;
    for (let place = 3; place < blocks.length; place += 4) count += blocks[place] ?? 0;
    expect(count).toBe(10_000);
  });

  it('tells of a block how much of it each label has', () => {
    const segments = Array.from({ length: 8000 }, (_, index) => ({
      ...kept(`${index}`, index, index + 0.5),
      ...(index % 4 === 0 ? {} : { labelColor: 2 }),
    }));
    const { blocks, lengthsSec } = drawList(indexTrack(track(segments)), whole);
    expect(lengthsSec.length / colorPlaces).toBe(blocks.length / 4);
    const sums = Array.from({ length: colorPlaces }, (_, color) =>
      lengthsSec.filter((_each, place) => place % colorPlaces === color).reduce((sum, each) => sum + each, 0),
    );
    expect(sharesOf(sums)).toEqual([
      [0, 0.25],
      [3, 0.75],
    ]);
  });

  it('draws single segments, and only those in view, once they are wide enough', () => {
    const segments = Array.from({ length: 10_000 }, (_, index) => kept(`${index}`, index, index + 0.9));
    const view = panned(zoomed(whole, 500, 0), 4000);
    const { singles, blocks } = drawList(indexTrack(track(segments)), view);
    expect(blocks).toHaveLength(0);
    expect(singles.length).toBeGreaterThanOrEqual(20);
    expect(singles.length).toBeLessThanOrEqual(22);
    expect(singles[0]?.segment.id).toBe('4000');
  });
});

describe('curveColumns', () => {
  it('keeps each peak of a dense curve, with at most one column for a pixel', () => {
    const timesSec = Array.from({ length: 50_000 }, (_, index) => index / 5);
    const values = timesSec.map((_, index) => (index === 31_234 ? 1 : 0.1));
    const columns = curveColumns({ timesSec, values }, whole);
    expect(columns.length / 3).toBeLessThanOrEqual(1001);
    expect(Math.max(...columns.filter((_, place) => place % 3 === 2))).toBe(1);
  });

  it('reaches beyond both sides of the view', () => {
    const timesSec = [0, 2000, 4000, 6000];
    const view = panned(zoomed(whole, 10, 0), 2500);
    const columns = curveColumns({ timesSec, values: [0, 1, 0, 1] }, view);
    expect(columns[0]).toBeLessThan(0);
    expect(columns.at(-3)).toBeGreaterThan(1000);
  });
});

describe('thumbnailSlots', () => {
  it('covers the view without gaps, and its coarser slots cover the same time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 14, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zoom, at) => {
          const view = zoomed(whole, 2 ** zoom, at * 10_000);
          const slots = thumbnailSlots(view, 80);
          expect(slots[0]?.leftPx).toBeLessThanOrEqual(0);
          slots.forEach((slot, place) => {
            const next = slots[place + 1];
            if (next) expect(next.leftPx).toBeCloseTo(slot.leftPx + slot.widthPx, 3);
            const parent = coarser(slot, 2);
            expect(parent.timeSec).toBeLessThanOrEqual(slot.timeSec);
            expect(parent.timeSec + 2 ** (slot.level + 2)).toBeGreaterThan(slot.timeSec);
          });
          const last = slots.at(-1);
          expect((last?.leftPx ?? 0) + (last?.widthPx ?? 0)).toBeGreaterThanOrEqual(1000 - 1e-6);
          expect(slots.length).toBeLessThan(60);
        },
      ),
    );
  });
});

describe('rulerScale', () => {
  it('tells the names that the playhead’s label would cover half of', () => {
    const names = rulerNames(wholeVideo(24, 25, 480));
    expect(names.map(({ words }) => words)).toEqual(['0:00', '0:05', '0:10', '0:15', '0:20']);
    const under = (left: number, right: number) =>
      namesUnder(names, left, right, () => 25).map(({ words }) => words);
    expect(under(0, 60)).toEqual(['0:00']);
    expect(under(60, 120)).toEqual(['0:05']);
    expect(under(40, 100)).toEqual([]);
  });

  it('leaves room for the names at any zoom', () => {
    for (let zoom = 0; zoom < 15; zoom += 0.37) {
      const view = zoomed(whole, 2 ** zoom, 0);
      const { majorSec, minorSec } = rulerScale(view);
      expect(majorSec * pxPerSec(view)).toBeGreaterThanOrEqual(90);
      const { first, last } = ticksWithin(view, minorSec);
      expect(last - first).toBeLessThan(200);
    }
  });
});

describe('layOut', () => {
  it('stacks the rows without gaps', () => {
    const { rows, height } = layOut({
      tracks: [track([kept('a', 0, 5), kept('b', 1, 3)]), track([], 'imported')],
      saliency: { timesSec: [1], values: [0.5] },
      sampledFrames: [{ role: 'grounder', timesSec: [1, 2] }],
      hasWaveform: true,
    });
    expect(rows.map((row) => row.kind)).toEqual([
      'ruler',
      'thumbnails',
      'waveform',
      'track',
      'track',
      'saliency',
      'sampled',
    ]);
    let top = 0;
    for (const row of rows) {
      expect(row.top).toBe(top);
      top += row.height;
    }
    expect(height).toBe(top);
  });
});
