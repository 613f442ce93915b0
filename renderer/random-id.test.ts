import { expect, test } from 'vitest';
import { randomId } from './random-id.ts';

test('ids need nothing that pages from insecure addresses lack, and differ', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  const ids = Array.from({ length: 100 }, () => randomId(insecure));
  expect(new Set(ids).size).toBe(100);
  expect(ids.every((id) => /^[0-9a-f]{32}$/u.test(id))).toBe(true);
});
