import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareFrameFolder, saveFrame } from './frame-saving.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-frames-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test('frames are named by role and index, in a folder made for them', async () => {
  const path = join(folder, 'deep', 'frames');
  await prepareFrameFolder(path);
  await prepareFrameFolder(path);
  const frame = { frameIndex: 42, rgb: new Uint8Array(4 * 2 * 3) };
  await saveFrame(path, 'planner', frame, { height: 2, width: 4 });
  expect(await readdir(path)).toEqual(['planner-42.png']);
});

test('frames of a question before go, and nothing else does', async () => {
  const path = join(folder, 'reused');
  await prepareFrameFolder(path);
  for (const name of ['grounder-7.png', 'notes.txt', 'grounder-7-mine.png'])
    await writeFile(join(path, name), '');
  await prepareFrameFolder(path);
  expect((await readdir(path)).sort()).toEqual(['grounder-7-mine.png', 'notes.txt']);
});

const frame = { frameIndex: 0, rgb: new Uint8Array(3) };
test.each([
  ['a file', () => prepareFrameFolder(join(folder, 'file'))],
  ['below a file', () => prepareFrameFolder(join(folder, 'file', 'below'))],
  ['refused by the file system', () => prepareFrameFolder('/dev/null/frames')],
  ['gone', () => saveFrame(join(folder, 'gone'), 'planner', frame, { height: 1, width: 1 })],
])('a folder that is %s is named in the error', async (_, attempt) => {
  await writeFile(join(folder, 'file'), '');
  await expect(attempt()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});

test.runIf(process.platform === 'linux')(
  'a file system without folders to make is no endless wait',
  async () => {
    await expect(prepareFrameFolder('/proc/frames')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  },
);
