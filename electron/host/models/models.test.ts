import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../contract/models.ts';
import { untilCancelled, writePackage } from '../testing/scripted-parts.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
beforeEach(async () => (host = await TestHost.open()), hostPatienceMs);
afterEach(() => host.remove(), hostPatienceMs);

const place = (...names: string[]): string => path.join(host.folder, ...names);
const list = async () => (await host.window.call('modelsList', {})).models;
const ended = async (id: string): Promise<Job> =>
  (
    await host.window.heard(
      'jobChanged',
      ({ job }) => job.id === id && !['queued', 'running'].includes(job.state),
    )
  ).job;
const startImport = async (): Promise<Job> => {
  await mkdir(place('base'), { recursive: true });
  return host.window.call('modelsImport', { basePath: place('base'), name: 'My model' });
};

describe('the model store', () => {
  it('lists the demo first, which cannot be removed', async () => {
    expect(await list()).toMatchObject([{ id: 'demo', demo: true, state: 'ready' }]);
    await expect(host.window.call('modelsRemove', { id: 'demo' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('takes a package as it lies, once, and forgets it without deleting it', async () => {
    await writePackage(place('elsewhere'), 'Theirs');
    const added = await host.window.call('modelsAdd', { path: place('elsewhere') });
    expect(await host.window.call('modelsAdd', { path: place('elsewhere') })).toEqual(added);
    await host.restart();
    expect(await list()).toMatchObject([{ demo: true }, { id: added.id, name: 'Theirs', agent: 'chain' }]);
    await host.window.call('modelsRemove', { id: added.id });
    expect(await list()).toHaveLength(1);
    expect(existsSync(place('elsewhere', 'manifest.json'))).toBe(true);
  });

  it('says what is missing or damaged', async () => {
    await writePackage(place('one'));
    await host.window.call('modelsAdd', { path: place('one') });
    await writeFile(place('one', 'decoder.weights'), 'cut');
    expect((await list())[1]).toMatchObject({ state: 'damaged', error: { code: 'PACKAGE_DAMAGED' } });
    await writeFile(place('one', 'manifest.json'), '{');
    expect((await list())[1]).toMatchObject({ state: 'damaged', name: 'made' });
    await writeFile(
      place('one', 'manifest.json'),
      JSON.stringify({ format: 'videomind-package', files: [{ path: '../x', bytes: 1 }] }),
    );
    expect((await list())[1]).toMatchObject({ state: 'damaged' });
  });

  it.each([
    ['relative/path', 'ARGUMENT_INVALID'],
    ['/nowhere/at/all', 'FOLDER_NOT_FOUND'],
  ])('refuses to add %s', async (folder, code) => {
    await expect(host.window.call('modelsAdd', { path: folder })).rejects.toMatchObject({ code });
  });

  it('finds packages that were put into its folder by other means', async () => {
    await host.stop();
    await writePackage(place('data', 'models', 'dropped-in'), 'Dropped');
    await host.start();
    expect(await list()).toMatchObject([{ demo: true }, { name: 'Dropped' }]);
  });
});

describe('an import', () => {
  it('is a job that ends with a model in the folder, which removing deletes', async () => {
    const job = await startImport();
    const done = await ended(job.id);
    expect(done).toMatchObject({ state: 'done', kind: 'import-model' });
    const model = (await list())[1]!;
    expect(model).toMatchObject({ id: done.modelId, path: place('data', 'models', 'My model') });
    await host.window.call('modelsRemove', { id: model.id });
    expect(existsSync(model.path)).toBe(false);
  });

  it('of the same name gets a folder of its own', async () => {
    await ended((await startImport()).id);
    await ended((await startImport()).id);
    expect((await readdir(place('data', 'models'))).sort()).toEqual(['My model', 'My model-2']);
  });

  it('with a hostile name stays inside the folder', async () => {
    await mkdir(place('base'));
    for (const name of ['../../escape', '/etc/escape', 'con', '..']) {
      const job = await host.window.call('modelsImport', { basePath: place('base'), name });
      await ended(job.id);
    }
    const inside = (await list()).filter((model) => !model.demo).map((model) => path.dirname(model.path));
    expect(inside).toEqual(Array.from({ length: 4 }, () => place('data', 'models')));
    expect(existsSync(place('escape'))).toBe(false);
  });

  it('that is cancelled is stopped and leaves nothing', async () => {
    const begun = Promise.withResolvers<undefined>();
    host.engine.onImport = async ({ outPath }, signal) => {
      await writePackage(outPath);
      begun.resolve(undefined);
      await untilCancelled(signal);
    };
    const job = await startImport();
    await begun.promise;
    expect(await host.window.call('jobsCancel', { id: job.id })).toMatchObject({ state: 'cancelled' });
    expect(await readdir(place('data', 'models'))).toEqual([]);
    await expect(host.window.call('jobsPause', { id: job.id })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('that the program ended on has failed at the next start', async () => {
    host.engine.onImport = (_request, signal) => untilCancelled(signal);
    const job = await startImport();
    await host.window.heard('jobChanged', ({ job: changed }) => changed.state === 'running');
    await host.restart();
    const { jobs } = await host.window.call('snapshot', {});
    expect(jobs).toMatchObject([{ id: job.id, state: 'failed', error: { code: 'CANCELLED' } }]);
  });
});

describe('moving the models’ folder', () => {
  it('takes the packages along, and new ones go there', async () => {
    await ended((await startImport()).id);
    const job = await host.window.call('modelsMoveFolder', { path: place('new-place') });
    expect(await ended(job.id)).toMatchObject({ state: 'done' });
    expect(await list()).toMatchObject([
      { demo: true },
      { state: 'ready', path: place('new-place', 'My model') },
    ]);
    await host.restart();
    await ended((await startImport()).id);
    expect((await list())[2]?.path).toBe(place('new-place', 'My model-2'));
  });

  it('that was cut off in between is finished by the next start', async () => {
    await ended((await startImport()).id);
    await host.stop();
    // As a kill leaves it: the folder is renamed, the store does not know yet.
    const { rename } = await import('node:fs/promises');
    const { Store } = await import('../store/store.ts');
    await mkdir(place('new-place'));
    const store = await Store.open(place('data', 'library.db'));
    await store.call('moveModels', { moved: [], folder: place('new-place') });
    await store.close();
    await rename(place('data', 'models', 'My model'), place('new-place', 'My model'));
    await host.start();
    expect((await list())[1]).toMatchObject({ state: 'ready', path: place('new-place', 'My model') });
  });

  it.each([
    ['full', 'a folder with something in it'],
    ['data/models/inside', 'itself'],
  ])('to %s (%s) is refused', async (name) => {
    await mkdir(place('full'));
    await writeFile(place('full', 'x'), '');
    await expect(host.window.call('modelsMoveFolder', { path: place(name) })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});

it('nothing but a download reaches the network', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  const { projectId, videoId } = await host.project();
  const run = await host.window.call('runsAsk', { projectId, videoId, modelId: 'demo', question: '?' });
  await host.window.heard('runChanged', (event) => event.run.id === run.id && event.run.state === 'done');
  await ended((await startImport()).id);
  await host.window.call('modelsList', {});
  await host.window.call('exportsWrite', { projectId, format: 'json' });
  await host.restart();
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
});
