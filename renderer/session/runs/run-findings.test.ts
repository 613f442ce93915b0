import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { answerOf, chosenOption, doubtOf, findingsOf, momentOf, otherWarningsOf } from './run-findings.ts';
import { emptyRunView } from './run-view.ts';

const best = { startSec: 7, endSec: 9, confidence: 0.4, verifierScore: 0.7 };
const second = { startSec: 1, endSec: 3, confidence: 0.9, verifierScore: 0.4 };
const done: Run = {
  ...sampleRun({ state: 'done' }),
  record: {
    schemaVersion: 1,
    question: 'Which shape moves?',
    roles: ['grounder', 'verifier', 'answerer'],
    precision: 'int8',
    device: 'cpu',
    model: { name: 'toy', path: '/m', checksum: 'c' },
    video: { path: '/v', durationSec: 24, fps: 25, totalFrames: 600, width: 2, height: 2 },
    candidates: [best, second],
    moment: { startSec: 7, endSec: 9 },
    answer: { text: 'B', option: 'B' },
    timings: {},
    tokens: {},
    warnings: [],
  },
};

test('a run whose events are not here tells what its record holds', () => {
  expect(answerOf(done, undefined)).toEqual({ text: 'B', option: 'B' });
  expect(findingsOf(done, undefined)).toMatchObject({
    candidates: [best, second],
    ranking: [{ index: 0 }, { index: 1 }],
    chosen: { startSec: 7, endSec: 9 },
  });
});

test('a replay does not give away the end: nothing is taken from the record', () => {
  expect(answerOf(done, emptyRunView)).toBeUndefined();
  expect(momentOf(done, emptyRunView)).toBeUndefined();
  expect(findingsOf(done, emptyRunView)).toBeUndefined();
});

test('before the ranking, candidates stand in the order of the grounder', () => {
  const candidates = [second, best].map((each) => ({ ...each, state: 'found' as const }));
  const findings = findingsOf(done, { ...emptyRunView, candidates });
  expect(findings?.candidates.map(({ startSec }) => startSec)).toEqual([1, 7]);
  expect(findings?.ranking).toEqual([]);
});

test('a letter names one of the choices; a wrong one none', () => {
  const asked = { ...done, question: { ...done.question, options: ['circle', 'square'] } };
  expect(chosenOption(asked, 'B')).toBe('square');
  expect(chosenOption(asked, 'E')).toBeUndefined();
});

test('that the verifier takes no candidate stands beside the moment, other warnings apart from it', () => {
  const doubt = { code: 'CANDIDATES_DOUBTED', message: 'none' };
  const other = { code: 'VIDEO_TRUNCATED', message: 'short' };
  const record = { ...done.record!, warnings: [other, doubt] };
  expect(doubtOf({ ...done, record }, undefined)).toEqual(doubt);
  expect(otherWarningsOf({ ...done, record }, undefined)).toEqual([other]);
  expect(doubtOf(done, undefined)).toBeUndefined();
  expect(doubtOf(done, { ...emptyRunView, warnings: [doubt] })).toEqual(doubt);
  expect(doubtOf({ ...done, record }, emptyRunView)).toBeUndefined();
});
