import { expect, test } from 'vitest';
import { sampleRun } from '../../app/testing/samples.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { runNames } from './run-names.ts';

test('runs that ask the same are called by what they differ in, or by when they were asked', () => {
  const noon = new Date(2026, 4, 1, 12, 0).getTime();
  const runs = [
    asked('few', 'When?', 3, noon),
    asked('many', 'When?', 5, noon),
    asked('again', 'When?', 5, noon + 1000),
    asked('other', 'Who?', 3, noon),
  ];
  const names = runNames(runs);
  expect(names.get('other')).toBe('Who?');
  expect(names.get('few')).toBe('Candidates 3 – When?');
  expect(names.get('many')).toBe('Candidates 5, 1 May (1) – When?');
  expect(names.get('again')).toBe('Candidates 5, 1 May (2) – When?');
});

function asked(id: string, question: string, candidates: number, createdAtMs: number): Run {
  const run = sampleRun({ id, createdAtMs });
  return { ...run, question: { ...run.question, question, candidates } };
}
