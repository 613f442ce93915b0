import { expect, test } from 'vitest';
import { noSelection, rowFurther, withChosen } from './row-selection.ts';
import { nextSorting, sortRows } from './sort-rows.ts';
import type { Column } from './sort-rows.ts';

const rows = [{ name: 'b', size: 2 }, { name: 'A' }, { name: '', size: 10 }, { name: 'a', size: 1 }];
const columns: readonly Column<(typeof rows)[number]>[] = [
  { id: 'name', title: 'Name', width: '1fr', valueOf: ({ name }) => name },
  { id: 'size', title: 'Size', width: '1fr', valueOf: ({ size }) => size },
];
const sorted = (columnId: string, descending = false) =>
  sortRows(rows, columns, { columnId, descending }).map(({ name, size }) => `${name}${size ?? ''}`);

test('rows are ordered by case-blind text or number; what is not there is last either way, equals keep their order', () => {
  expect(sorted('name')).toEqual(['A', 'a1', 'b2', '10']);
  expect(sorted('size')).toEqual(['a1', 'b2', '10', 'A']);
  expect(sorted('size', true)).toEqual(['10', 'b2', 'a1', 'A']);
  expect(sortRows(rows, columns, null)).toBe(rows);
});

test('a column orders upwards, downwards, then not at all', () => {
  const up = nextSorting(null, 'name');
  const down = nextSorting(up, 'name');
  expect([up?.descending, down?.descending, nextSorting(down, 'name')]).toEqual([false, true, null]);
  expect(nextSorting(down, 'size')).toEqual({ columnId: 'size', descending: false });
});

test('a range goes from where it was begun, and shrinks again; one more is added or taken', () => {
  const order = ['a', 'b', 'c', 'd'];
  const ids = (selection: typeof noSelection) => [...selection.ids].sort().join('');
  const one = withChosen(noSelection, order, 'b', 'alone');
  const range = withChosen(one, order, 'd', 'range');
  expect(ids(range)).toBe('bcd');
  expect(ids(withChosen(range, order, 'a', 'range'))).toBe('ab');
  expect(ids(withChosen(range, order, 'c', 'toggle'))).toBe('bd');
  // Filtered away meanwhile.
  expect(ids(withChosen(range, ['c', 'd'], 'd', 'range'))).toBe('d');
});

test('keys stay inside the list, and begin at either end', () => {
  const order = ['a', 'b', 'c'];
  expect([rowFurther(order, 'b', 12), rowFurther(order, 'b', -Infinity)]).toEqual(['c', 'a']);
  expect([rowFurther(order, null, 1), rowFurther(order, 'gone', -1)]).toEqual(['a', 'c']);
  expect(rowFurther([], null, 1)).toBeUndefined();
});
