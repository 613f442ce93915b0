import { expect, test } from 'vitest';
import { CrashRecovery } from './crash-recovery.ts';

test('a page that crashed is loaded again, one that keeps crashing is a question, and time forgives', () => {
  let nowMs = 0;
  const recovery = new CrashRecovery(() => nowMs);
  expect(recovery.decide('clean-exit')).toBe('none');
  expect(['crashed', 'oom', 'killed', 'crashed'].map((reason) => recovery.decide(reason))).toEqual([
    'reload',
    'reload',
    'reload',
    'ask',
  ]);
  nowMs = 120_000;
  expect(recovery.decide('crashed')).toBe('reload');
});
