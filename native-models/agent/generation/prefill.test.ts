import { expect, test } from 'vitest';
import type { LanguageModel } from '../../architectures/vision-language-model.ts';
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
      firstPairs: 2,
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

test('pairs of different sizes meet their own features, in memory and on a device alike', async () => {
  const model = await createFakeModel();
  const pad = model.network.tokens.imagePad;
  const tokenIds = [1, pad, pad, pad, 2, pad, 3, pad, pad, 4];
  const pairs = [3, 1, 2];
  const features = pairs.map((tokens, pair) =>
    Float32Array.from({ length: 2 * tokens * 4 }, (_, at) => 100 * (pair + 1) + Math.floor(at / 4)),
  );
  const read = async (device: LanguageModel['device']) => {
    const given: number[][] = [];
    const language: LanguageModel = {
      ...model.language,
      chunkRows: 4,
      ...(device === undefined ? {} : { device }),
      forward: (role, embeddings, positions, cache, deepstack) => {
        const rows = rowsOf(embeddings);
        const added =
          deepstack === undefined
            ? []
            : Array.isArray(deepstack)
              ? deepstack.flatMap(rowsOf)
              : [...(deepstack as Float32Array)];
        given.push(rows, added.some((value) => value !== 0) ? added : []);
        return model.language.forward(role, Float32Array.from(rows), positions, cache);
      },
    };
    const lease = await new PrefixCache(new CacheBudget(1e6), model.language, 4).acquire(
      {
        ...{ role: 'reasoner', keys: tokenIds, positions: new Int32Array(30) },
        ...{ pairs, firstPairs: pairs.length, maxNewTokens: 1 },
      },
      { keep: 'never', withFrameStates: false },
    );
    const prompt = { role: 'answerer' as const, tokenIds, positions: new Int32Array(30), pads: [pad], pairs };
    await prefill(language, 4, { ...prompt, deepstackLevels: 1, features }, lease, {
      onProgress: () => undefined,
    });
    return given;
  };
  const inMemory = await read(undefined);
  // Rows of several sources, one after another, as the device has them.
  const gather = (sources: readonly Float32Array[], picks: Int32Array) => {
    const all = sources.flatMap((source) => [...source]);
    const data = [...picks].flatMap((row) => all.slice(row * 4, row * 4 + 4));
    return Promise.resolve({ data, release: () => undefined });
  };
  const device = { rows: { gather } } as unknown as NonNullable<LanguageModel['device']>;
  expect(await read(device)).toEqual(inMemory);
  expect(inMemory[0]!.slice(4, 16)).toEqual([100, 100, 100, 100, 101, 101, 101, 101, 102, 102, 102, 102]);
});

function rowsOf(rows: unknown): number[] {
  return [...(rows instanceof Float32Array ? rows : (rows as { readonly data: number[] }).data)];
}
