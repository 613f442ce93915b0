import { expect, test } from 'vitest';
import { EngineError, errorCodes } from '../../native-models/protocol/errors.ts';
import type { ErrorCode } from '../../native-models/protocol/errors.ts';
import { remedyInWindow } from './window-remedies.ts';

/** Of the evaluation, which has no window. */
const neverInWindows: readonly ErrorCode[] = [
  'BENCHMARK_UNKNOWN',
  'DEPENDENCY_MISSING',
  'QUEUE_UNREACHABLE',
  'ENDPOINT_FAILED',
  'JUDGE_FAILED',
];

test('no window tells people to type a command', () => {
  for (const code of errorCodes) {
    if (neverInWindows.includes(code)) continue;
    expect(remedyInWindow(new EngineError(code, '').remedy), code).not.toMatch(/`| --|ls -l|npm/);
  }
  expect(remedyInWindow('Import it with `videomind import --base DIR --out DIR`.')).toBe('');
});

test('what somebody wrote for a case of its own is said as it is', () => {
  expect(remedyInWindow('Wait until it is done.')).toBe('Wait until it is done.');
});
