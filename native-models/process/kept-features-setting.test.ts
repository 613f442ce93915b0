import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { changeKeptFeatures, keptFeaturesSetting, keptFeaturesState } from './kept-features-setting.ts';

const setting = (megabytes?: string) =>
  keptFeaturesSetting('/caches', megabytes === undefined ? {} : { VIDEOMIND_KEPT_FEATURES_MB: megabytes });

test('features may take four gigabytes, or what the environment says', () => {
  expect(setting()).toEqual({
    folder: path.join('/caches', 'features'),
    budgetBytes: 4 * 2 ** 30,
    isFixed: false,
  });
  expect(setting('')).toEqual(setting());
  expect(setting('100')).toMatchObject({ budgetBytes: 100 * 2 ** 20, isFixed: true });
  expect(setting('0').budgetBytes).toBe(0);
});

test.each(['much', '-1', 'NaN'])('%s is no amount, and said to be none', (given) => {
  expect(() => setting(given)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }) as Error);
});

test('how much may be kept is chosen once for window and command line; the environment goes first', async () => {
  const caches = await mkdtemp(path.join(tmpdir(), 'kept-setting-'));
  try {
    const changed = await changeKeptFeatures(caches, { budgetBytes: 1e9 });
    expect(changed).toEqual({
      path: path.join(caches, 'features'),
      bytes: 0,
      budgetBytes: 1e9,
      isFixed: false,
    });
    expect(await keptFeaturesState(caches)).toEqual(changed);
    expect(keptFeaturesSetting(caches, {}).budgetBytes).toBe(1e9);
    expect(keptFeaturesSetting(caches, { VIDEOMIND_KEPT_FEATURES_MB: '1' }).budgetBytes).toBe(2 ** 20);
    await writeFile(path.join(caches, 'kept-features.json'), 'half');
    expect(keptFeaturesSetting(caches, {}).budgetBytes).toBe(4 * 2 ** 30);
  } finally {
    await rm(caches, { recursive: true, force: true });
  }
});
