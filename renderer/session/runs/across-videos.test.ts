import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import type { Candidate } from '../../../native-models/protocol/run-record.ts';
import { foundAcross } from './across-videos.ts';

const moment = (startSec: number, confidence: number, verifierScore?: number): Candidate => ({
  ...{ startSec, endSec: startSec + 5, confidence },
  ...(verifierScore === undefined ? {} : { verifierScore }),
});
const runOf = (
  id: string,
  videoId: string,
  candidates?: readonly Candidate[],
  more: Partial<Run> = {},
): Run => {
  const question = { ...sampleRun().question, videoId, candidates: 3, togetherId: 't' };
  const record =
    candidates === undefined ? {} : { record: { candidates } as unknown as NonNullable<Run['record']> };
  return sampleRun({
    id,
    question,
    state: candidates === undefined ? 'running' : 'done',
    ...record,
    ...more,
  });
};
const startsOf = (runs: readonly Run[]) =>
  foundAcross(runs, runs[0]!)?.moments.map(({ run, candidate }) => [run.id, candidate.startSec]);

test('moments of all videos make one list, the verifier’s best first, as many as were asked for', () => {
  const runs = [
    runOf('a', 'v1', [moment(1, 0.9, 0.4), moment(2, 0.1, 0.3)]),
    runOf('b', 'v2', [moment(3, 0.2, 0.8), moment(4, 0.9, 0.2)]),
  ];
  expect(startsOf(runs)).toEqual([
    ['b', 3],
    ['a', 1],
    ['a', 2],
  ]);
});

test('where no verifier ran the confidences rank them', () => {
  expect(startsOf([runOf('a', 'v1', [moment(1, 0.3)]), runOf('b', 'v2', [moment(2, 0.7)])])).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('it says how many videos have been looked through, and has those already', () => {
  const runs = [
    runOf('a', 'v1', [moment(1, 0.3)]),
    runOf('b', 'v2'),
    runOf('c', 'v3', [], { state: 'failed' }),
  ];
  expect(foundAcross(runs, runs[1]!)).toMatchObject({ ended: 2, total: 3, moments: [{ run: { id: 'a' } }] });
});

test('of a video that was asked again the last answer counts; other questions do not', () => {
  const again = runOf('a2', 'v1', [moment(9, 0.1)], { createdAtMs: 20 });
  const other = runOf('x', 'v2', [moment(7, 1)]);
  const others = { ...other, question: { ...other.question, togetherId: 'else' } };
  expect(startsOf([runOf('a', 'v1', [moment(1, 0.9)]), again, others])).toEqual([['a2', 9]]);
});

test('a question about one video has no such list', () => {
  expect(foundAcross([sampleRun()], sampleRun())).toBeUndefined();
});
