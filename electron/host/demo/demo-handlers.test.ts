import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programPath } from '../paths.ts';
import { demoClips } from './demo-handlers.ts';

let assets: string;
beforeEach(async () => {
  assets = await mkdtemp(path.join(tmpdir(), 'videomind-demo-'));
});
afterEach(() => rm(assets, { recursive: true, force: true }));

test('the program brings a clip with questions that can be asked at once', async () => {
  const [clip] = await demoClips(path.join(programPath, 'assets'));
  expect(clip?.questions.length).toBeGreaterThan(0);
});

test('the demo goes before the toy example', async () => {
  await mkdir(path.join(assets, 'demo'));
  const questions = [{ question: 'What moves?' }];
  const clips = [{ name: 'World', file: 'world.mp4', questions }];
  await writeFile(path.join(assets, 'demo', 'demo.json'), JSON.stringify({ clips }));
  expect(await demoClips(assets)).toEqual([
    { name: 'World', path: path.join(assets, 'demo', 'world.mp4'), questions },
  ]);
});

test('assets that are missing or damaged are no clips, not an error', async () => {
  await mkdir(path.join(assets, 'demo'));
  await writeFile(path.join(assets, 'demo', 'demo.json'), '{"clips": 3}');
  expect(await demoClips(assets)).toEqual([]);
});
