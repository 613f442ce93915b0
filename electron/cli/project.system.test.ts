import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLibrary } from '../host/project-files/open-library.ts';
import { runCli } from './testing/run-cli.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-project-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a project goes from one library to another by commands, and back the same', async () => {
  const [here, there] = [path.join(folder, 'here'), path.join(folder, 'there')];
  const library = await openLibrary(here, path.join(folder, 'cache'));
  await library.context.store.call('createProject', { id: 'cats', name: 'Cats', createdAtMs: 1 });
  await library.close();
  const [first, second] = [path.join(folder, 'first.videomind'), path.join(folder, 'second.videomind')];
  const saved = await runCli(['project', 'save', 'Cats', '--out', first, '--data', here, '--json']);
  expect(JSON.parse(saved.stdout)).toMatchObject({ id: 'cats', path: first });
  const again = await runCli(['project', 'save', 'Cats', '--out', first, '--data', here, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });
  const taken = await runCli(['project', 'open', first, '--data', there, '--json']);
  expect(JSON.parse(taken.stdout)).toMatchObject({ projectId: 'cats', isNew: true });
  await runCli(['project', 'save', 'cats', '--out', second, '--data', there]);
  expect((await readFile(second)).equals(await readFile(first))).toBe(true);
});
