import { expect, test } from 'vitest';
import { PackedLists } from './packed-lists.ts';

test('lists come back as they were, across blocks and longer than one', () => {
  const lists = new PackedLists((length) => new Float64Array(length));
  const lengths = [0, 3, 65_530, 6, 0, 100_000, 1, 65_536, 2];
  const starts = lengths.map((length, list) =>
    lists.add(Array.from({ length }, (_, index) => list + index / 2)),
  );
  for (const [list, length] of lengths.entries()) {
    const found = lists.at(starts[list] ?? -1, length);
    expect(found).toHaveLength(length);
    expect(found.every((value, index) => value === list + index / 2)).toBe(true);
  }
});
