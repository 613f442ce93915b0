import { expect, test } from 'vitest';
import { keptFeaturesSetting } from './kept-features-setting.ts';

const setting = (megabytes?: string) =>
  keptFeaturesSetting('/caches', megabytes === undefined ? {} : { VIDEOMIND_KEPT_FEATURES_MB: megabytes });

test('features may take four gigabytes, or what the environment says', () => {
  expect(setting()).toEqual({ folder: '/caches/features', budgetBytes: 4 * 2 ** 30 });
  expect(setting('')).toEqual(setting());
  expect(setting('100').budgetBytes).toBe(100 * 2 ** 20);
  expect(setting('0').budgetBytes).toBe(0);
});

test.each(['much', '-1', 'NaN'])('%s is no amount, and said to be none', (given) => {
  expect(() => setting(given)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }) as Error);
});
