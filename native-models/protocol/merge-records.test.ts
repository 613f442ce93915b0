import { expect, test } from 'vitest';
import { mergeRecords, withAnswer } from './merge-records.ts';
import { runRecordSchema } from './run-record.ts';
import type { RunRecord } from './run-record.ts';

function recordOf(path: string, changes: Partial<RunRecord>): RunRecord {
  return {
    ...{ schemaVersion: 1, question: 'When does it rise?', roles: ['grounder', 'verifier'] },
    ...{ precision: 'int8', device: 'cpu', model: { name: 'toy', path: '/toy', checksum: 'c' } },
    video: { path, durationSec: 60, fps: 25, totalFrames: 1500, width: 64, height: 64 },
    ...{ candidates: [], timings: { grounder: 2, totalSec: 3 }, warnings: [] },
    tokens: { grounder: { prompt: 10, generated: 2, reused: 1 } },
    ...changes,
  };
}
const candidate = (startSec: number, confidence: number, verifierScore?: number) => ({
  ...{ startSec, endSec: startSec + 5, confidence },
  ...(verifierScore === undefined ? {} : { verifierScore }),
});
const doubted = { code: 'CANDIDATES_DOUBTED', message: 'none' };

test('moments of several videos are one list, by what the verifier says of them', () => {
  const merged = mergeRecords(
    [
      recordOf('/a.mp4', {
        candidates: [candidate(1, 0.9, 0.4), candidate(2, 0.1, 0.3)],
        warnings: [doubted],
      }),
      recordOf('/b.mp4', {
        candidates: [candidate(3, 0.2, 0.7)],
        warnings: [{ code: 'FRAMES_SPARSE', message: 'far' }],
      }),
    ],
    2,
  );
  expect(runRecordSchema.parse(merged)).toEqual(merged);
  expect(merged.candidates.map(({ video, startSec }) => [video, startSec])).toEqual([
    ['/b.mp4', 3],
    ['/a.mp4', 1],
  ]);
  expect(merged.video.path).toBe('/b.mp4');
  expect(merged.moment).toEqual({ startSec: 3, endSec: 8, video: '/b.mp4' });
  expect(merged.videos?.map(({ path }) => path)).toEqual(['/a.mp4', '/b.mp4']);
  expect(merged.timings).toEqual({ grounder: 4, totalSec: 6 });
  expect(merged.tokens.grounder).toEqual({ prompt: 20, generated: 4, reused: 2 });
  // One video that lacks what was asked for is no news.
  expect(merged.warnings).toEqual([{ code: 'FRAMES_SPARSE', message: 'b.mp4: far' }]);
});

test('what all videos lack is told, and nothing found is no moment', () => {
  const found = { candidates: [candidate(1, 0.9, 0.4)], warnings: [doubted] };
  const merged = mergeRecords([recordOf('/a.mp4', found), recordOf('/b.mp4', found)], 5);
  expect(merged.warnings.map(({ code }) => code)).toEqual(['CANDIDATES_DOUBTED']);
  const nothing = mergeRecords([recordOf('/a.mp4', {}), recordOf('/b.mp4', {})], 5);
  expect(nothing.candidates).toEqual([]);
  expect(nothing).not.toHaveProperty('moment');
});

test('what was looked through says of which video it is', () => {
  const search = (endSec: number): RunRecord['search'] => ({
    ...{ mode: 'windows', windows: [{ startSec: 0, endSec }], framesSeen: 10 },
    leftOut: [{ startSec: endSec, endSec: 60 }],
  });
  const merged = mergeRecords(
    [recordOf('/a.mp4', { search: search(20) }), recordOf('/b.mp4', { search: search(40) })],
    5,
  );
  expect(merged.search).toEqual({
    mode: 'windows',
    windows: [
      { startSec: 0, endSec: 20, video: '/a.mp4' },
      { startSec: 0, endSec: 40, video: '/b.mp4' },
    ],
    framesSeen: 20,
    leftOut: [
      { startSec: 20, endSec: 60, video: '/a.mp4' },
      { startSec: 40, endSec: 60, video: '/b.mp4' },
    ],
  });
});

test('the answer comes with its time and its tokens', () => {
  const merged = mergeRecords([recordOf('/a.mp4', {}), recordOf('/b.mp4', {})], 5);
  const answered = recordOf('/b.mp4', {
    ...{ roles: ['answerer'], answer: { text: 'Red' }, timings: { answerer: 1, totalSec: 1 } },
    tokens: { answerer: { prompt: 5, generated: 1, reused: 0 } },
  });
  expect(withAnswer(merged, answered)).toMatchObject({
    roles: ['grounder', 'verifier', 'answerer'],
    answer: { text: 'Red' },
    timings: { grounder: 4, answerer: 1, totalSec: 7 },
    tokens: { grounder: { prompt: 20 }, answerer: { prompt: 5 } },
  });
});
