import { expect, test } from 'vitest';
import { matchedPart } from './task-fields.ts';

test('the part of a text that a pattern asks for is its first group that is there', () => {
  expect(matchedPart('It is (B).', String.raw`\((\w)\)|is (\w)`)).toBe('B');
  expect(matchedPart('It is B.', String.raw`\((\w)\)|is (\w)`)).toBe('B');
  expect(matchedPart('neither', String.raw`\((\w)\)`)).toBeUndefined();
});

test('a pattern that does not come to an end is broken off and named', () => {
  expect(() => matchedPart(`${'a'.repeat(40)}b`, '^((a+)+)$')).toThrow(
    expect.objectContaining({ code: 'TASK_INVALID' }),
  );
});
