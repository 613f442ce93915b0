import { expect, test } from 'vitest';
import { sampleAnnotation } from '../../app/testing/samples.ts';
import { countStates, ofState, overlapOf, overlapsWithSources, reviewable } from './review-moments.ts';

const imported = (id: string, source: string, startSec: number, endSec: number) =>
  sampleAnnotation({ id, provenance: 'imported', source, startSec, endSec });

test('imported moments are compared with, not reviewed', () => {
  const all = [sampleAnnotation(), imported('t1', 'truth.json', 0, 1)];
  expect(reviewable(all).map(({ id }) => id)).toEqual(['a1']);
});

test('states are counted and filtered', () => {
  const moments = [sampleAnnotation(), sampleAnnotation({ id: 'a2', state: 'accepted' })];
  expect(countStates(moments)).toEqual({ all: 2, open: 1, accepted: 1, rejected: 0 });
  expect(ofState(moments, 'accepted').map(({ id }) => id)).toEqual(['a2']);
  expect(ofState(moments, 'all')).toBe(moments);
});

test('overlap is intersection over union', () => {
  expect(overlapOf({ startSec: 0, endSec: 4 }, { startSec: 2, endSec: 6 })).toBeCloseTo(1 / 3);
  expect(overlapOf({ startSec: 0, endSec: 1 }, { startSec: 2, endSec: 3 })).toBe(0);
  expect(overlapOf({ startSec: 2, endSec: 2 }, { startSec: 2, endSec: 2 })).toBe(1);
});

test('each source tells its best overlap, the best source first', () => {
  const all = [
    imported('t1', 'one.json', 0, 1),
    imported('t2', 'one.json', 2, 4),
    imported('t3', 'two.json', 3, 4),
    sampleAnnotation(),
  ];
  const overlaps = overlapsWithSources({ startSec: 2, endSec: 4 }, all);
  expect(overlaps.map(({ source, iou, best }) => [source, iou, best.id])).toEqual([
    ['one.json', 1, 't2'],
    ['two.json', 0.5, 't3'],
  ]);
});
