import { expect, test } from 'vitest';
import { measuredLine } from './task-measures.ts';

test('a sample that is numbered keeps its number where a command is to measure it', () => {
  const ids = [7, 'seven', undefined].map((id) => measuredLine({ id, response: 'Yes' }, undefined)?.id);
  expect(ids).toEqual(['7', 'seven', '']);
});
