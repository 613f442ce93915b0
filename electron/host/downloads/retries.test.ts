import { expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { PassingFailure, namedWaitMs, withRetries } from './retries.ts';

const nowMs = Date.UTC(2026, 0, 1);
const named = (headers: Record<string, string>): number => namedWaitMs(new Headers(headers), nowMs);

it.each([
  ['seconds', { 'retry-after': '7' }, 7000],
  ['a date (RFC 9110)', { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
  ['a date that has passed', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  ['the hub’s RateLimit header', { ratelimit: '"resolvers";r=0;t=55' }, 55_000],
  ['neither', {}, 0],
  ['nonsense', { 'retry-after': 'soon' }, 0],
  ['a negative number', { 'retry-after': '-5' }, 0],
])('how long a server asks to be left alone is read from %s', (_from, headers, expected) => {
  expect(named(headers)).toBe(expected);
});

const failing = (options: ConstructorParameters<typeof PassingFailure>[1], times: number) => {
  let asked = 0;
  return {
    asked: () => asked,
    work: (): Promise<string> =>
      asked++ < times
        ? Promise.reject(new PassingFailure(new EngineError('DOWNLOAD_FAILED', 'busy'), options))
        : Promise.resolve('here'),
  };
};
const { signal } = new AbortController();

it('what fails again and again without bringing anything is told in the end', async () => {
  const { asked, work } = failing({}, 9);
  await expect(withRetries(work, { delaysMs: [1, 1], signal })).rejects.toMatchObject({ message: 'busy' });
  expect(asked()).toBe(3);
});

it('what brings something each time is gone on with for as long as it takes', async () => {
  const { asked, work } = failing({ hasAdvanced: true }, 9);
  expect(await withRetries(work, { delaysMs: [1, 1], signal })).toBe('here');
  expect(asked()).toBe(10);
});

it('a server that asks for an hour is left to the person, who is told when to come back', async () => {
  const { asked, work } = failing({ namedWaitMs: 3_600_000 }, 9);
  await expect(withRetries(work, { delaysMs: [1], signal })).rejects.toMatchObject({
    remedy: expect.stringContaining('60 minutes') as string,
  });
  expect(asked()).toBe(1);
});
