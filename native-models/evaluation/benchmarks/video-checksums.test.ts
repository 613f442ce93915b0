import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTinyBenchmark } from '../testing/tiny-benchmarks.ts';
import { inspectBenchmark } from './inspect-benchmark.ts';

let dataDir = '';
beforeEach(async () => (dataDir = await mkdtemp(path.join(tmpdir(), 'checksums-'))));
afterEach(() => rm(dataDir, { recursive: true }));

const folder = 'tacos/videos_3fps_480_noaudio';
const sum = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

test('videos of a list are held against it, by path or name and by whichever hash it has', async () => {
  await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
  const names = ['clip_a-cam-002.mp4', 'clip_b-cam-002.mp4'];
  for (const name of names) await writeFile(path.join(dataDir, folder, name), name);
  const [a = '', b = ''] = names;
  const list = path.join(dataDir, 'sums.txt');
  const inspect = () => inspectBenchmark('tacos', dataDir, { checksumsPath: list });
  await writeFile(list, `${sum('sha256', a)}  ./${folder}/${a}\n${sum('md5', b)} *${b}\n`);
  expect(await inspect()).toMatchObject({
    ...{ trustworthy: true, videos: { checksums: { checked: 2, different: [] } } },
  });
  await writeFile(path.join(dataDir, folder, b), 'another');
  expect(await inspect()).toMatchObject({
    ...{ trustworthy: false, videos: { checksums: { checked: 2, different: [`${folder}/${b}`] } } },
  });
  await writeFile(list, 'no list at all\n');
  await expect(inspect()).rejects.toMatchObject({
    ...{ code: 'ANNOTATIONS_INVALID', message: expect.stringContaining('line 1') as string },
  });
});
