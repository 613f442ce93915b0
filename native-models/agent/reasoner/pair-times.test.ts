import { describe, expect, test } from 'vitest';
import { readReasonerTables } from '../test-support/reasoner-pack.ts';
import { oneDecimal, pairSeconds, stampText } from './pair-times.ts';

describe('stamps', () => {
  const { timestamps } = readReasonerTables('pack-qwen3');

  test.each(timestamps)('$texts.0 … at $fps frames a second', ({ frameIndices, fps, texts }) => {
    expect(pairSeconds(frameIndices, fps).map(stampText)).toEqual(texts);
  });
});

test.each([
  [0.25, '0.2'],
  [0.75, '0.8'],
  [1.25, '1.2'],
  [1.75, '1.8'],
  [0.05, '0.1'],
  [0.15, '0.1'],
  [0.35, '0.3'],
  [2.5, '2.5'],
  [4096.25, '4096.2'],
  [0, '0.0'],
])('%d is written as Python does: %s', (value, text) => {
  expect(oneDecimal(value)).toBe(text);
});
