import { describe, expect, it } from 'vitest';
import type { MeasureRow } from './measure.ts';
import { fasterPeerRows } from './reference-comparison.ts';

function row(label: string, peer: string, value: number): MeasureRow {
  return {
    label,
    unit: 's',
    ours: 1,
    oursSamples: [1],
    peer: { name: peer, value, samples: [value] },
    ratio: value,
    notes: ['kept'],
  };
}

describe('the reference in several arithmetics', () => {
  it('is represented in each row by the one that is faster there, the other named in the notes', () => {
    const rows = fasterPeerRows([
      [row('short', 'bf16', 2), row('long', 'bf16', 9)],
      [row('short', 'fp32', 6), row('long', 'fp32', 8)],
    ]);
    expect(rows.map(({ label, peer }) => [label, peer?.name])).toEqual([
      ['short', 'bf16'],
      ['long', 'fp32'],
    ]);
    expect(rows[1]?.notes).toEqual(['kept', 'bf16: 9.00 s, ours beside it 1.00 s']);
  });

  it('keeps rows without a peer as they are', () => {
    const alone: MeasureRow = { label: 'alone', unit: 's', ours: 1, oursSamples: [1], notes: [] };
    expect(fasterPeerRows([[alone]])).toEqual([alone]);
  });
});
