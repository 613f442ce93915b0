import { expect, test } from 'vitest';
import { sampleAnnotation, sampleProject, sampleVideo } from '../../app/testing/samples.ts';
import {
  anyMoment,
  createRowMaker,
  filterMoments,
  overlapsWithReference,
  withoutLabel,
} from './moment-rows.ts';
import type { MomentFilter } from './moment-rows.ts';

const truth = { id: 'truth', name: 'Truth', kind: 'reference' as const, hidden: false, locked: false };
const project = { ...sampleProject, tracks: [...sampleProject.tracks, truth] };
const annotations = [
  sampleAnnotation({ id: 'a', startSec: 0, endSec: 4, labelId: 'l1', confidence: 0.9, createdBy: 'Ada' }),
  sampleAnnotation({
    id: 'b',
    startSec: 10,
    endSec: 11,
    text: 'A red ball',
    verifierScore: 0.3,
    confidence: 0.8,
  }),
  sampleAnnotation({
    id: 'c',
    startSec: 20,
    endSec: 24,
    state: 'accepted',
    createdBy: 'Ada',
    changedBy: 'Bob',
  }),
  sampleAnnotation({ id: 't1', startSec: 0, endSec: 3, trackId: 'truth', text: 'true' }),
  sampleAnnotation({ id: 't0', startSec: 0, endSec: 100, trackId: 'truth', text: 'long' }),
];
const videos = { v1: sampleVideo };
const rowsOf = createRowMaker();
const rows = rowsOf(annotations, project, videos);
const overlaps = overlapsWithReference(rows);
const found = (filter: Partial<MomentFilter>) =>
  filterMoments(rows, { ...anyMoment, trackId: 'own', ...filter }, overlaps).map(({ id }) => id);

test.each([
  ['all words, wherever they stand', { words: 'BALL clip red' }, ['b']],
  ['state', { state: 'accepted' }, ['c']],
  ['label', { labelId: 'l1' }, ['a']],
  ['no label', { labelId: withoutLabel }, ['b', 'c']],
  ['who had the last hand in it', { annotator: 'Ada' }, ['a']],
  ['score: the verifier’s before the grounder’s', { score: { from: undefined, to: 0.5 } }, ['b']],
  ['length', { lengthSec: { from: 2, to: undefined } }, ['a', 'c']],
  ['overlap with the reference', { overlap: { from: 0.5, to: undefined } }, ['a']],
  ['little overlap', { overlap: { from: undefined, to: 0.5 } }, ['b', 'c']],
  ['track', { trackId: 'truth' }, ['t1', 't0']],
] as const)('moments are found by %s', (_what, filter, ids) => {
  expect(found(filter)).toEqual(ids);
});

test('the best overlap counts, also behind one that lasts longer', () => {
  expect(overlaps.get('a')).toBe(0.75);
  expect(overlaps.get('b')).toBe(0.01);
  expect(overlaps.has('t1')).toBe(false);
});

test('a row stays the same while its moment does, and is made anew when a label is renamed', () => {
  const again = rowsOf([...annotations], project, videos);
  expect(again[0]).toBe(rows[0]);
  const renamed = { ...project, labels: [{ id: 'l1', name: 'Rolls', color: 1 }] };
  expect(rowsOf(annotations, renamed, videos)[0]?.words).toContain('rolls');
});

test('the best overlap is found among however many moments of reference tracks', () => {
  const many = Array.from({ length: 200_000 }, (_, number) =>
    sampleAnnotation({ id: `t${number}`, trackId: 'truth', startSec: 0, endSec: 5 }),
  );
  const own = sampleAnnotation({ id: 'own', startSec: 0, endSec: 10 });
  const rows = createRowMaker()([own, ...many], project, {});
  expect(overlapsWithReference(rows).get('own')).toBe(0.5);
});
