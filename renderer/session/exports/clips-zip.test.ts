import { expect, test } from 'vitest';
import { clipsZipOf } from './clips-zip.ts';

const job = {
  id: 'j1',
  kind: 'export-clips',
  state: 'done',
  outputPath: '/data/exports/x/Cats 1 clips.zip',
} as const;

test('clips of the host’s own folder are fetched as one file, once they are cut', () => {
  expect(clipsZipOf(job)).toEqual({ name: 'Cats 1 clips.zip', path: 'export/j1/Cats%201%20clips.zip' });
  expect(clipsZipOf({ ...job, outputPath: 'C:\\data\\Cats clips.zip' })?.name).toBe('Cats clips.zip');
  expect(clipsZipOf({ ...job, state: 'running' })).toBeUndefined();
  expect(clipsZipOf({ ...job, outputPath: '/home/me/clips' })).toBeUndefined();
});
