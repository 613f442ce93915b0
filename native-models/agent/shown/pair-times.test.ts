import { describe, expect, test } from 'vitest';
import { readReasonerTables } from '../test-support/reasoner-pack.ts';
import { pairSeconds, stampText } from './pair-times.ts';

describe('stamps', () => {
  const { timestamps } = readReasonerTables('pack-qwen3');

  test.each(timestamps)('$texts.0 … at $fps frames a second', ({ frameIndices, fps, texts }) => {
    expect(pairSeconds(frameIndices, fps).map(stampText)).toEqual(texts);
  });
});
