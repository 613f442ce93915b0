import { expect, test } from 'vitest';
import { KvCache } from '../../runtime/kv-cache.ts';
import { createFakeModel } from '../test-support/fake-model.ts';
import { CacheBudget } from './cache-budget.ts';
import { PrefixCache } from './prefix-cache.ts';
import type { KeepRule, PrefixContent } from './prefix-cache.ts';

const always: KeepRule = { keep: 'always', withFrameStates: false };
const never: KeepRule = { keep: 'never', withFrameStates: false };

/** Two tokens of text, two pairs of three visual tokens, then more text. */
function content(text: number[], changes: Partial<PrefixContent> = {}): PrefixContent {
  const keys = [1, 2, 'pair 0', 'pair 0', 'pair 0', 'pair 1', 'pair 1', 'pair 1', ...text];
  return {
    role: 'planner',
    keys,
    positions: Int32Array.from({ length: 3 * keys.length }, (_, index) => index % keys.length),
    pairs: [3, 3],
    firstPairs: 2,
    maxNewTokens: 4,
    ...changes,
  };
}

async function setUp(limitBytes = 1e6) {
  const { language } = await createFakeModel();
  const budget = new CacheBudget(limitBytes);
  const prefixes = new PrefixCache(budget, language, 4);
  const read = async (what: PrefixContent, rule = always, tokens = what.keys.length) => {
    const lease = await prefixes.acquire(what, rule);
    const rows = tokens - lease.kvCache.length;
    const added = new Float32Array(rows * 4);
    if (!(lease.kvCache instanceof KvCache)) throw new TypeError('The fake works in memory.');
    lease.kvCache.append(rows, () => ({ keys: added, values: added }));
    lease.release();
    return lease;
  };
  return { budget, prefixes, read };
}

test('what two prompts of a role share is reused, but for one token that has to be read', async () => {
  const { read } = await setUp();
  expect((await read(content([7, 8, 9]))).reusedTokens).toBe(0);
  expect((await read(content([7, 8, 5, 6]))).reusedTokens).toBe(10);
  expect((await read(content([7, 8, 5, 6]))).reusedTokens).toBe(11);
  expect((await read(content([7, 8, 5, 6], { role: 'grounder' }))).reusedTokens).toBe(0);
});

test('a frame pair is reused whole or not at all', async () => {
  const { read } = await setUp();
  await read(content([7]), always, 7);
  expect((await read(content([7]))).reusedTokens).toBe(5);
});

test('the same tokens at other positions are something else', async () => {
  const { read } = await setUp();
  await read(content([7, 8, 9]));
  const shifted = content([7, 8, 9]);
  shifted.positions[9]! += 1;
  expect((await read(shifted)).reusedTokens).toBe(9);
});

test('prompts that share little are kept side by side', async () => {
  const { read } = await setUp();
  await read(content([7]));
  const other = content([7]);
  const otherVideo = {
    ...other,
    keys: other.keys.map((key) => (typeof key === 'string' ? `b ${key}` : key)),
  };
  expect((await read(otherVideo)).reusedTokens).toBe(0);
  expect((await read(content([7]))).reusedTokens).toBe(8);
  expect((await read(otherVideo)).reusedTokens).toBe(8);
});

test('a prompt that outgrows the room is read anew', async () => {
  const { read } = await setUp();
  await read(content([7]));
  expect((await read(content([7], { maxNewTokens: 5_000 }))).reusedTokens).toBe(0);
});

test('what is not kept uses the same room again until it is dropped', async () => {
  const { budget, prefixes, read } = await setUp();
  const first = await read(content([7]), never);
  const second = await read(content([8]), never);
  expect(second.reusedTokens).toBe(0);
  expect(second.kvCache).toBe(first.kvCache);
  prefixes.dropScratch();
  expect((await read(content([7]), never)).kvCache).not.toBe(first.kvCache);
  expect(budget.bytes).toBe(0);
});

test('if-room never evicts, always does', async () => {
  const bytesPerToken = new KvCache({ layers: 1, rowSize: 4, capacity: 1 }).bytes;
  const { budget, read } = await setUp(15 * bytesPerToken);
  await read(content([7]));
  await read(content([7], { role: 'answerer' }), { keep: 'if-room', withFrameStates: false });
  expect(budget.counts('prefixes')).toMatchObject({ evictions: 0, bytes: 9 * bytesPerToken });
  await read(content([7], { role: 'grounder' }));
  expect(budget.counts('prefixes')).toMatchObject({ evictions: 1, bytes: 9 * bytesPerToken });
  expect((await read(content([7]))).reusedTokens).toBe(0);
});
