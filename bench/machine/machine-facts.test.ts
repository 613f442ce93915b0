import { describe, expect, it } from 'vitest';
import { instructionSets } from './machine-facts.ts';

describe('instruction sets', () => {
  it('are read from the flags of x86 and of Arm', () => {
    expect(instructionSets('model name\t: X\nflags\t\t: fpu avx2 avx512_vnni amx_int8\n')).toEqual([
      'avx2',
      'avx512_vnni',
      'amx_int8',
    ]);
    expect(instructionSets('Features\t: fp asimddp i8mm\n')).toEqual(['asimddp', 'i8mm']);
  });

  it('are unknown without the file', () => {
    expect(instructionSets('')).toEqual([]);
  });
});
