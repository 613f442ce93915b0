import { createHash } from 'node:crypto';

/** Numbers that look drawn at random and are the same in every run. */
export interface Draws {
  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** The items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

/**
 * Draws for one item, from the seed and the item's own text: leaving out other items changes nothing. Numbers come from
 * SHA-256 in counter mode, which is fast enough for a few draws an item and has no patterns.
 */
export function drawsFor(seed: number, text: string): Draws {
  let counter = 0;
  const next = (): number => {
    const digest = createHash('sha256').update(`${seed}\n${counter++}\n${text}`).digest();
    return digest.readUInt32LE(0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    integer,
    shuffled: (items) => {
      const rest = [...items];
      return items.flatMap(() => rest.splice(integer(0, rest.length - 1), 1));
    },
  };
}
