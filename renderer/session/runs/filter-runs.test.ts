import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import { filterRuns } from './filter-runs.ts';

const runs = [
  sampleRun(),
  sampleRun({ id: 'r2', note: 'Look again' }),
  sampleRun({ id: 'r3', question: { ...sampleRun().question, videoId: 'v2' } }),
];

test('words are looked for in questions and notes, whatever their case and order', () => {
  expect(filterRuns(runs, { videoId: null, words: ' LOOK  shape' }).map(({ id }) => id)).toEqual(['r2']);
});

test('runs of one video', () => {
  expect(filterRuns(runs, { videoId: 'v2', words: '' }).map(({ id }) => id)).toEqual(['r3']);
  expect(filterRuns(runs, { videoId: null, words: ' ' })).toBe(runs);
});
