import { describe, expect, it } from 'vitest';
import { KvCache } from './kv-cache.ts';

const rowsOf =
  (...values: number[]) =>
  () => ({
    keys: Float32Array.from(values),
    values: Float32Array.from(values, (value) => -value),
  });

describe('KvCache', () => {
  it('appends rows behind those it holds', () => {
    const cache = new KvCache({ layers: 2, rowSize: 2, capacity: 4 });
    cache.append(1, rowsOf(1, 2));
    cache.append(2, rowsOf(3, 4, 5, 6));
    expect(cache.length).toBe(3);
    expect(Array.from(cache.keys(1))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(cache.values(0))).toEqual([-1, -2, -3, -4, -5, -6]);
  });

  it('goes back to a prefix and grows differently from there', () => {
    const cache = new KvCache({ layers: 1, rowSize: 1, capacity: 3 });
    cache.append(3, rowsOf(1, 2, 3));
    cache.truncate(1);
    cache.append(1, rowsOf(9));
    expect(Array.from(cache.keys(0))).toEqual([1, 9]);
  });

  it('copies a prefix into a cache of another capacity without sharing memory', () => {
    const cache = new KvCache({ layers: 1, rowSize: 1, capacity: 3 });
    cache.append(3, rowsOf(1, 2, 3));
    const copy = cache.copy(2, 8);
    cache.truncate(0);
    cache.append(1, rowsOf(7));
    expect(Array.from(copy.keys(0))).toEqual([1, 2]);
    expect(copy.bytes).toBe(64);
  });

  it('gives its memory back when released', () => {
    const cache = new KvCache({ layers: 1, rowSize: 1, capacity: 3 });
    cache.append(2, rowsOf(1, 2));
    const view = cache.keys(0);
    cache.release();
    expect([view.length, cache.length]).toEqual([0, 0]);
  });

  it('refuses more tokens than it has room for', () => {
    const cache = new KvCache({ layers: 1, rowSize: 1, capacity: 1 });
    expect(() => cache.append(2, rowsOf(1, 2))).toThrow(/holds 1 tokens; 2/);
  });
});
