import { expect, test } from 'vitest';
import { blockLengthOf, widenBlocks } from './widen-blocks.ts';

test('4-bit blocks: lower halves first, around 8, rows filled up to whole blocks', () => {
  const form = { bits: 4, columns: 3, blocksPerRow: 2, blockLength: blockLengthOf(1, 4) } as const;
  const integers = Uint8Array.of(0x79, 0x8f, 0x80, 0x84); // 9 7 | 15 8 ; 0 8 | 4 8
  const scales = Float32Array.of(1, 2, 0.5, 1);
  expect([...widenBlocks(integers, scales, form)]).toEqual([1, -1, 14, -4, 0, -4]);
});

test('8-bit blocks: around 128', () => {
  const form = { bits: 8, columns: 2, blocksPerRow: 1, blockLength: blockLengthOf(2, 8) } as const;
  expect([...widenBlocks(Uint8Array.of(129, 0), Float32Array.of(0.5), form)]).toEqual([0.5, -64]);
});
