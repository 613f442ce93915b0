import { expect, it } from 'vitest';
import { counted, firstSamples } from './counted.ts';

it('one is one, and several are several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'sample'))).toEqual(['0 samples', '1 sample', '2 samples']);
  expect(counted(1, 'reply', 'replies')).toBe('1 reply');
  expect(counted(3, 'reply', 'replies')).toBe('3 replies');
  expect(firstSamples(3, 10)).toBe('the first 3 of 10 samples');
  expect(firstSamples(1, undefined)).toBe('the first 1 sample');
});
