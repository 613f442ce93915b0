import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OverlappingMoments } from './overlapping-moments.ts';

const moment = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 6 }))
  .map(([startSec, lengthSec]) => ({ startSec, endSec: startSec + lengthSec }));

test('all moments that have an instant in common with one are found, and no others', () => {
  fc.assert(
    fc.property(fc.array(moment), moment, (moments, one) => {
      const found = [...new OverlappingMoments(moments).of(one)];
      const wanted = moments.filter(
        ({ startSec, endSec }) => startSec <= one.endSec && endSec >= one.startSec,
      );
      expect(new Set(found)).toEqual(new Set(wanted));
      expect(found).toHaveLength(wanted.length);
    }),
  );
});

test('the latest comes first', () => {
  const moments = [
    { startSec: 0, endSec: 9 },
    { startSec: 5, endSec: 6 },
    { startSec: 2, endSec: 3 },
  ];
  const found = [...new OverlappingMoments(moments).of({ startSec: 3, endSec: 5 })];
  expect(found.map(({ startSec }) => startSec)).toEqual([5, 2, 0]);
});
