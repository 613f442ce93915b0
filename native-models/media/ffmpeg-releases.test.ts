import { expect, test } from 'vitest';
import { unpatchedReason } from './ffmpeg-releases.ts';

test.each([
  '5.1.10-0+deb12u1',
  '6.1.6',
  '7.1.5',
  'n8.1.2',
  '8.1.3-tessus',
  '8.2',
  '9.0.2',
  'n9.0.2-27-g7e93014c5b',
])('%s is patched', (version) => {
  expect(unpatchedReason(version)).toBeUndefined();
});

test.each([
  '4.1',
  '4.4.6',
  '5.1.9-0+deb12u1',
  '6.0.1',
  '6.1.1',
  '6.1-static',
  '7.0.2',
  '8.0',
  '8.1',
  '8.1.1',
])('%s has known faults', (version) => {
  expect(unpatchedReason(version)).toContain('known faults');
});

test('a build without a release number cannot be told to be patched', () => {
  expect(unpatchedReason('N-47683-g0e8eb07980-static')).toContain('no release number');
});
