import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { sessionTexts } from '../texts.ts';
import { compareRuns } from './compare-runs.ts';

const fields = sessionTexts.compare.fields;

test('two runs side by side: what differs is marked, and how far their moments agree', () => {
  const lines = compareRuns(answered('r1', 2, 4, 'A'), answered('r2', 3, 5, 'B'));
  const found = (name: string) => lines.find((line) => line.name === name);
  expect(found(fields.question)).toMatchObject({ differs: false });
  expect(found(fields.answer)).toMatchObject({ values: ['A circle', 'B square'], differs: true });
  expect(found(fields.overlap)?.values[0]).toBe('0.33');
  expect(found(fields.moment)?.values).toEqual(['0:02.0 – 0:04.0', '0:03.0 – 0:05.0']);
});

test('a run without an answer says how it ended', () => {
  const error = { code: 'OUT_OF_MEMORY', message: 'No memory left.', remedy: '' } as const;
  const lines = compareRuns(answered('r1', 2, 4, 'A'), sampleRun({ id: 'r2', state: 'failed', error }));
  expect(lines.find((line) => line.name === fields.answer)?.values[1]).toBe('No memory left.');
});

function answered(id: string, startSec: number, endSec: number, option: string): Run {
  const run = sampleRun({ id, state: 'done' });
  return {
    ...run,
    question: { ...run.question, options: ['circle', 'square'] },
    record: {
      schemaVersion: 1,
      question: run.question.question,
      roles: ['grounder', 'answerer'],
      precision: 'int8',
      device: 'cpu',
      model: { name: 'toy', path: '/m', checksum: 'c' },
      video: { path: '/v', durationSec: 24, fps: 25, totalFrames: 600, width: 2, height: 2 },
      candidates: [{ startSec, endSec, confidence: 0.9 }],
      moment: { startSec, endSec },
      answer: { text: option, option },
      timings: { totalSec: 2 },
      tokens: {},
      warnings: [],
    },
  };
}
