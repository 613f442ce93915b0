import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findBase, resolveCheckpointFolder } from './base-location.ts';
import { engineErrorOf } from './testing/engine-error.ts';
import { makeTemporaryFolder } from './testing/temporary-checkpoint.ts';

async function makeFile(path: string, content = '{}'): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A folder `videomind` in a temporary one, and an environment whose cache is beside it. */
async function makePlace(): Promise<{
  root: string;
  adapters: string;
  hub: string;
  environment: Record<string, string>;
}> {
  const root = await makeTemporaryFolder();
  const adapters = join(root, 'models', 'videomind');
  await makeFile(join(adapters, 'config.json'));
  const home = join(root, 'hf');
  return {
    root,
    adapters,
    hub: join(home, 'hub'),
    environment: { HF_HOME: home, XDG_CACHE_HOME: join(root, 'cache') },
  };
}

test.each([
  ['a name beside the folder', 'base', 'models/base'],
  ['a path from the folder', '../base', 'models/base'],
  ['a path from a folder above', 'models/base', 'models/base'],
  ['a path from two folders above', 'zoo/base', 'zoo/base'],
  ['a folder inside', 'base', 'models/videomind/base'],
  ['an absolute path of another machine, by its name', '/home/somebody/zoo/base', 'models/base'],
  ['a path of another system, by its name', 'D:\\zoo\\base', 'models/base'],
  ['a hub name, by its name', 'Qwen/base', 'models/base'],
])('finds %s', async (_, written, place) => {
  const { root, adapters, environment } = await makePlace();
  await makeFile(join(root, place, 'config.json'));
  expect(await findBase(adapters, written, environment)).toBe(join(root, place));
});

test('finds an absolute path', async () => {
  const { root, adapters, environment } = await makePlace();
  await makeFile(join(root, 'far', 'away', 'config.json'));
  expect(await findBase(adapters, join(root, 'far', 'away'), environment)).toBe(join(root, 'far', 'away'));
});

test.each([
  'Qwen/Qwen2-VL-2B-Instruct',
  'model_zoo/Qwen2-VL-2B-Instruct',
  '/dead/Qwen2-VL-2B-Instruct',
  'Qwen2-VL-2B-Instruct',
])('finds %s in the Hugging Face cache, in the revision that main is at', async (written) => {
  const { adapters, hub, environment } = await makePlace();
  const repository = join(hub, 'models--Qwen--Qwen2-VL-2B-Instruct');
  await makeFile(join(repository, 'snapshots', 'aaa', 'config.json'));
  await makeFile(join(repository, 'snapshots', 'bbb', 'config.json'));
  await makeFile(join(repository, 'refs', 'main'), 'aaa\n');
  await makeFile(join(hub, 'models--Qwen--Qwen2-VL-7B-Instruct', 'snapshots', 'ccc', 'config.json'));
  expect(await findBase(adapters, written, environment)).toBe(join(repository, 'snapshots', 'aaa'));
});

test('prefers the organisation that is named, and does without refs', async () => {
  const { root, adapters, environment } = await makePlace();
  const hub = join(root, 'cache', 'huggingface', 'hub');
  await makeFile(join(hub, 'models--aaa--base', 'snapshots', '1', 'config.json'));
  await makeFile(join(hub, 'models--zzz--base', 'snapshots', '2', 'config.json'));
  expect(await findBase(adapters, 'zzz/base', environment)).toBe(
    join(hub, 'models--zzz--base', 'snapshots', '2'),
  );
});

test('is not led out of the cache by its refs', async () => {
  const { root, adapters, hub, environment } = await makePlace();
  await makeFile(join(root, 'elsewhere', 'config.json'));
  await makeFile(join(hub, 'models--Qwen--base', 'refs', 'main'), '../../../../elsewhere');
  expect((await engineErrorOf(() => findBase(adapters, 'Qwen/base', environment))).code).toBe(
    'BASE_NOT_FOUND',
  );
});

test('a folder is not its own base', async () => {
  const { adapters, environment } = await makePlace();
  const error = await engineErrorOf(() => findBase(adapters, '.', environment));
  expect(error.code).toBe('BASE_NOT_FOUND');
});

test.each([
  undefined,
  '',
  '\0',
  'nowhere',
  '..',
  '../..',
  '//server/share',
  '\\\\server\\share',
  'x'.repeat(5000),
])('says so when %j leads nowhere', async (written) => {
  const { adapters, environment } = await makePlace();
  const error = await engineErrorOf(() => findBase(adapters, written, environment));
  expect(error.code).toBe('BASE_NOT_FOUND');
  expect(error.remedy).toContain('--base');
  expect(error.message).toContain(adapters);
});

test('a model’s folder in the Hugging Face cache stands for its snapshot', async () => {
  const { root, adapters, hub } = await makePlace();
  const repository = join(hub, 'models--Qwen--base');
  await makeFile(join(repository, 'snapshots', 'abc', 'config.json'));
  expect(await resolveCheckpointFolder(repository)).toBe(join(repository, 'snapshots', 'abc'));
  expect(await resolveCheckpointFolder(adapters)).toBe(adapters);
  expect(await resolveCheckpointFolder(root)).toBe(root);
  expect((await engineErrorOf(() => resolveCheckpointFolder(join(root, 'no')))).code).toBe(
    'FOLDER_NOT_FOUND',
  );
});
