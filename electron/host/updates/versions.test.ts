import { expect, test } from 'vitest';
import { compareVersions, versionSchema } from './versions.ts';

test('versions are compared as numbers, and what is on its way to one comes before it', () => {
  expect(compareVersions('0.9.0', '0.10.0')).toBeLessThan(0);
  expect(compareVersions('1.0.0', '0.10.9')).toBeGreaterThan(0);
  expect(compareVersions('0.2.0', '0.2.0')).toBe(0);
  expect(compareVersions('0.2.0-beta.1', '0.2.0')).toBeLessThan(0);
  expect(compareVersions('0.2.0-beta.1', '0.1.9')).toBeGreaterThan(0);
});

test('a release is three numbers', () => {
  for (const text of ['1.2', '1.2.3-rc.1', 'v1.2.3', '1.2.3\n', '01e9.2.3', '9999999.0.0']) {
    expect(versionSchema.safeParse(text).success).toBe(false);
  }
});
