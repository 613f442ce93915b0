import { expect, it } from 'vitest';
import type { SampleResult } from './result-journal.ts';
import { tallyWarnings } from './run-warnings.ts';

async function* results(...all: readonly SampleResult[]): AsyncGenerator<SampleResult> {
  yield* await Promise.resolve(all);
}

it('what samples’ runs had to say is counted by code, a sample once, the first named by their ids', async () => {
  const result = (id: string, ...messages: readonly string[]): SampleResult => ({
    ...{ id, index: 0, prediction: {} },
    warnings: messages.map((message) => ({ code: 'VIDEO_TRUNCATED', message })),
  });
  const silent: SampleResult = { id: 'silent', index: 1, prediction: {} };
  expect(
    await tallyWarnings(results(result('a', 'a.mp4 breaks off.', 'twice.'), silent, result('b', 'b.mp4'))),
  ).toEqual([
    {
      kind: 'VIDEO_TRUNCATED',
      count: 2,
      examples: [
        { place: { file: 'a' }, detail: 'a.mp4 breaks off' },
        { place: { file: 'b' }, detail: 'b.mp4' },
      ],
    },
  ]);
});
