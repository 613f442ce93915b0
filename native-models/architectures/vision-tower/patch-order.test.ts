import { expect, it } from 'vitest';
import { packJson } from '../../fixtures/reference-pack.ts';
import { readQwen25VlConfig } from '../qwen2-5-vl/config.ts';
import { patchOrder } from './patch-order.ts';
import { windowFeeds } from './windows.ts';

interface WindowRow {
  readonly grids: [number, number, number][];
  readonly index: number[];
  readonly bounds: number[];
}

const { vision } = readQwen25VlConfig({
  base: packJson('pack-qwen2.5', 'checkpoint', 'config.json') as Record<string, unknown>,
});
const { windowIndex } = packJson('pack-qwen2.5', 'expected', 'tables.json') as { windowIndex: WindowRow[] };

it.each(windowIndex)('orders the cells of $grids window by window, as the reference does', (row) => {
  const index: number[] = [];
  const bounds = [0];
  for (const [pairs, lines, columns] of row.grids) {
    const order = patchOrder(vision, { lines, columns });
    for (let pair = 0; pair < pairs; pair++) {
      const first = index.length;
      index.push(...Array.from(order.cells, (cell) => first + cell));
      for (const cells of order.windowSizes)
        bounds.push((bounds.at(-1) ?? 0) + cells * vision.mergeSize ** 2);
    }
  }
  expect(index).toEqual(row.index);
  expect(bounds).toEqual(row.bounds);
});

it('keeps the patches of a cell together, line by line', () => {
  const { places } = patchOrder({ ...vision, mergeSize: 2 }, { lines: 2, columns: 4 });
  expect(places.slice(0, 5)).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 2],
  ]);
});

it('feeds windows that grow in number, not in size, with the pairs', () => {
  const order = patchOrder(vision, { lines: 24, columns: 42 }); // 12 × 21 cells: the last column of windows is short
  for (const pairs of [1, 8, 32]) {
    const feeds = windowFeeds(vision, order, pairs);
    expect(feeds['window_rows']?.dims).toEqual([pairs * 18, 64]);
    expect(feeds['windows_equal']?.data[0]).toBe(0);
  }
});

it('moves no patch where all windows are of one size', () => {
  const even = patchOrder(vision, { lines: 16, columns: 32 });
  expect(windowFeeds(vision, even, 2)['windows_equal']?.data[0]).toBe(1);
  const single = patchOrder(vision, { lines: 4, columns: 6 }); // all of it within one window
  expect(windowFeeds(vision, single, 2)['windows_equal']?.data[0]).toBe(1);
});

it('finds each patch of a padded window again, and masks only the padding', () => {
  const order = patchOrder(vision, { lines: 8, columns: 14 });
  const feeds = windowFeeds(vision, order, 2);
  const rows = feeds['window_rows']!.data as BigInt64Array;
  const inverse = feeds['window_inverse']!.data as BigInt64Array;
  const mask = feeds['window_mask']!.data as Int32Array;
  expect(Array.from(inverse, (place) => Number(rows[Number(place)]))).toEqual(
    Array.from({ length: 2 * 8 * 14 }, (_, patch) => patch),
  );
  expect(mask.reduce((sum, value) => sum + value, 0)).toBe(2 * 8 * 14);
  expect(Array.from(inverse).every((place) => mask[Number(place)] === 1)).toBe(true);
});
