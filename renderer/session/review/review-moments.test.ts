import { expect, test } from 'vitest';
import type { Track } from '../../../electron/host/contract/library.ts';
import { sampleAnnotation } from '../../app/testing/samples.ts';
import { countStates, ofState, overlapsWithTracks, reviewable, tracksByUse } from './review-moments.ts';

const track = (id: string, changes: Partial<Track> = {}): Track => ({
  ...{ id, name: id, kind: 'reference', hidden: false, locked: false },
  ...changes,
});
const uses = tracksByUse([
  track('own', { kind: 'own' }),
  track('one'),
  track('two'),
  track('three'),
  track('Ada', { kind: 'own', hidden: true }),
]);
const on = (id: string, trackId: string, startSec: number, endSec: number) =>
  sampleAnnotation({ id, trackId, startSec, endSec });

test('what is on own tracks that are shown is reviewed, not what it is compared with', () => {
  const all = [sampleAnnotation(), on('t1', 'one', 0, 1), on('h1', 'Ada', 0, 1)];
  expect(reviewable(all, uses).map(({ id }) => id)).toEqual(['a1']);
});

test('states are counted and filtered', () => {
  const moments = [sampleAnnotation(), sampleAnnotation({ id: 'a2', state: 'accepted' })];
  expect(countStates(moments)).toEqual({ all: 2, open: 1, accepted: 1, rejected: 0 });
  expect(ofState(moments, 'accepted').map(({ id }) => id)).toEqual(['a2']);
  expect(ofState(moments, 'all')).toBe(moments);
});

test('each reference track tells its best overlap, or its nearest moment, the best track first', () => {
  const all = [
    on('t1', 'one', 0, 1),
    on('t2', 'one', 2, 4),
    on('t3', 'two', 3, 4),
    on('t4', 'three', 90, 91),
    on('t5', 'three', 6, 7),
    on('t6', 'three', 0, 1),
    sampleAnnotation(),
  ];
  const overlaps = overlapsWithTracks({ startSec: 2, endSec: 4 }, all, uses);
  expect(overlaps.map(({ track: name, iou, best }) => [name, iou, best.id])).toEqual([
    ['one', 1, 't2'],
    ['two', 0.5, 't3'],
    ['three', 0, 't6'],
  ]);
});
