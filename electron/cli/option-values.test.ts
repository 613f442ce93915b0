import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import { collect, nonNegativeNumber, roleList, wholeNumber } from './option-values.ts';

describe('option values', () => {
  it.each(['0', '101', '-1', '2.5', '', ' 5', '1e1', 'five', '0x5', '9007199254740993'])(
    'refuse %j where a whole number from 1 to 100 is wanted',
    (text) => {
      expect(() => wholeNumber(1, 100)(text)).toThrow(InvalidArgumentError);
    },
  );

  it('take whole numbers within their limits', () => {
    expect(wholeNumber(1, 100)('100')).toBe(100);
    expect(wholeNumber(0)('0')).toBe(0);
  });

  it.each(['-1', '', 'NaN', 'Infinity', '1e999', '1,5', '0x10', '1 s'])('refuse %j as a time', (text) => {
    expect(() => nonNegativeNumber(text)).toThrow(InvalidArgumentError);
  });

  it('take decimal numbers', () => {
    expect(['0', '12.5', '.5', '3.', '1e2'].map(nonNegativeNumber)).toEqual([0, 12.5, 0.5, 3, 100]);
  });

  it('take roles separated by commas, and name those that there are', () => {
    expect(roleList('grounder, verifier')).toEqual(['grounder', 'verifier']);
    expect(() => roleList('grounder,judge')).toThrow(/"judge" is no role; there are planner, grounder/);
    expect(() => roleList('')).toThrow(InvalidArgumentError);
  });

  it('keep repeated options as they were given', () => {
    expect(collect(' b ', collect('a'))).toEqual(['a', ' b ']);
  });
});
