import { describe, expect, it } from 'vitest';
import type { Contestant } from '../contestants/contestant.ts';
import { meetsTarget } from './measure.ts';
import { compareEntrants, comparisonRow, takeTurns, type Samples } from './paired-comparison.ts';

const quiet = { log: () => undefined };
const request = { measure: 'work' };

/** A contestant that takes the given times, and writes down when it was asked. */
function stub(name: string, times: readonly number[], asked: string[] = []): Contestant {
  const left = [...times];
  return {
    name,
    ask: () => {
      asked.push(name);
      return Promise.resolve({ sec: left.shift() ?? NaN });
    },
  } as unknown as Contestant;
}

function samples(name: string, sec: number[], foreignCores?: number): Samples {
  return { name, sec, replies: [], foreignCores };
}

describe('taking turns', () => {
  it('leaves the first round out and reverses the order in every other round', async () => {
    const asked: string[] = [];
    const taken = await takeTurns(
      [
        { contestant: stub('ours', [9, 1, 2], asked), request },
        { contestant: stub('peer', [9, 3, 4], asked), request },
      ],
      2,
      quiet,
    );
    expect(asked).toEqual(['ours', 'peer', 'ours', 'peer', 'peer', 'ours']);
    expect(taken.map(({ name, sec }) => [name, sec])).toEqual([
      ['ours', [1, 2]],
      ['peer', [3, 4]],
    ]);
  });
});

describe('a row of the comparison', () => {
  it('has medians, and the median of the ratios pair by pair', () => {
    // The second pair was taken while everything ran at half speed.
    const row = comparisonRow(samples('ours', [1, 2, 1]), samples('peer', [3, 6, 3]), {
      label: 'work',
      unit: 'ms',
      target: { kind: 'ratioAtLeast', value: 2.5 },
    });
    expect(row.ours).toBe(1000);
    expect(row.peer?.value).toBe(3000);
    expect(row.ratio).toBe(3);
    expect(meetsTarget(row)).toBe(true);
  });

  it('names the largest disturbance of either side', () => {
    const row = comparisonRow(samples('ours', [1], 0.1), samples('peer', [1], 0.7), {
      label: 'work',
      unit: 's',
    });
    expect(row.foreignCores).toBe(0.7);
  });

  it('does not judge a ratio without a peer', async () => {
    const [row] = await compareEntrants(
      [{ contestant: stub('ours', [1, 1]), request }],
      { label: 'work', unit: 's', rounds: 1 },
      quiet,
    );
    expect(row?.peer).toBeUndefined();
    expect(row && meetsTarget({ ...row, target: { kind: 'ratioAtLeast', value: 1 } })).toBeUndefined();
    expect(row && meetsTarget({ ...row, target: { kind: 'oursAtMost', value: 0.5 } })).toBe(false);
  });
});
