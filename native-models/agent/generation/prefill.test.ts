import { expect, test } from 'vitest';
import { CacheBudget } from '../caches/cache-budget.ts';
import { PrefixCache } from '../caches/prefix-cache.ts';
import { createFakeModel } from '../test-support/fake-model.ts';
import { prefill } from './prefill.ts';

test('what decoder layers get beside the embeddings stands at the visual tokens of each chunk, zero at text', async () => {
  const model = await createFakeModel();
  const pad = model.network.tokens.videoPad;
  const tokenIds = [1, pad, pad, 2, pad, pad, 3, 4];
  const given: (number[] | undefined)[] = [];
  const language = {
    ...model.language,
    chunkRows: 3,
    forward: (...call: Parameters<typeof model.language.forward>) => {
      given.push(call[4] === undefined ? undefined : [...(call[4] as Float32Array)]);
      return model.language.forward(...call);
    },
  };
  const lease = await new PrefixCache(new CacheBudget(1e6), language, 4).acquire(
    {
      role: 'reasoner',
      keys: tokenIds,
      positions: new Int32Array(24),
      pairs: [2, 2],
      maxNewTokens: 1,
    },
    { keep: 'never', withFrameStates: false },
  );
  // (1 + 2 levels, 2 tokens, hidden 4): tens tell the pair, units the level, tenths the token
  const features = [10, 20].map((pair) =>
    Float32Array.from({ length: 24 }, (_, at) => pair + Math.floor(at / 8) + (Math.floor(at / 4) % 2) / 10),
  );
  await prefill(
    language,
    4,
    {
      role: 'answerer',
      tokenIds,
      positions: new Int32Array(24),
      pads: [pad],
      pairs: [2, 2],
      deepstackLevels: 2,
      features,
    },
    lease,
    { onProgress: () => undefined },
  );
  const rows = (values: readonly number[]) =>
    values.flatMap((value) => new Array<number>(4).fill(Math.fround(value)));
  expect(given).toEqual([rows([0, 11, 11.1, 0, 12, 12.1]), rows([0, 21, 21.1, 0, 22, 22.1]), undefined]);
});
