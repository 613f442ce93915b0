import { existsSync } from 'node:fs';
import { readFile, readdir, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadableModel, Job } from '../contract/models.ts';
import { HubServer } from '../testing/hub-server.ts';
import { writePackage } from '../testing/scripted-parts.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

const model: DownloadableModel = {
  ...{ key: 'tiny', title: 'Tiny', description: '', licence: '', downloadBytes: 300_000, diskBytes: 400_000 },
  ...{ baseRepository: 'maker/base', adaptersRepository: 'maker/adapters' },
};
const weights = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
const smallFile = '{}';
/** Of both repositories, where each has the small file alone. */
const smallBytes = 2 * smallFile.length;

let hub: HubServer;
let host: TestHost;
beforeEach(async () => {
  hub = new HubServer();
  hub.add('maker/base', 'config.json', '{"model_type":"qwen2_vl"}');
  hub.add('maker/base', 'model.safetensors', weights, true);
  hub.add('maker/base', 'README.md', 'not needed');
  hub.add('maker/adapters', 'grounder/adapter_model.safetensors', weights.subarray(0, 1000), true);
  const url = await hub.start();
  host = await TestHost.open({
    hub: {
      environment: { HF_ENDPOINT: url, HF_HOME: '/nowhere', MODELSCOPE_CACHE: '/nowhere' },
      catalogue: [model],
      retryDelaysMs: [1, 1, 1],
    },
  });
}, hostPatienceMs);
afterEach(async () => {
  await host.remove();
  await hub.stop();
}, hostPatienceMs);

const start = (): Promise<Job> => host.window.call('modelsDownload', { key: 'tiny' });
const ended = async (id: string, ...states: Job['state'][]): Promise<Job> =>
  (await host.window.heard('jobChanged', ({ job }) => job.id === id && states.includes(job.state))).job;
/** What the import is given, as it is at that time. */
async function imported(): Promise<{ config: string; weights: Buffer; files: string[] }> {
  const { promise, resolve } = Promise.withResolvers<{ config: string; weights: Buffer; files: string[] }>();
  host.engine.onImport = async ({ basePath = '', adaptersPath, outPath }) => {
    const files = await readdir(path.dirname(basePath), { recursive: true });
    resolve({
      config: await readFile(path.join(basePath, 'config.json'), 'utf8'),
      weights: await readFile(path.join(basePath, 'model.safetensors')),
      files,
    });
    expect(existsSync(path.join(adaptersPath ?? '', 'grounder/adapter_model.safetensors'))).toBe(true);
    await writePackage(outPath, 'Tiny');
  };
  return promise;
}

describe('a download', () => {
  it('brings what a checkpoint is made of, imports it, and leaves nothing else behind', async () => {
    const given = imported();
    const job = await start();
    const done = await ended(job.id, 'done', 'failed');
    expect(done).toMatchObject({ state: 'done', kind: 'download-model' });
    expect((await given).weights.equals(weights)).toBe(true);
    expect((await given).files.filter((name) => name.endsWith('.md'))).toEqual([]);
    const { models } = await host.window.call('modelsList', {});
    expect(models).toMatchObject([{ demo: true }, { name: 'Tiny', state: 'ready', id: done.modelId }]);
    expect(existsSync(path.join(host.folder, 'data/downloads/tiny'))).toBe(false);
  });

  it('leaves hidden files out', async () => {
    hub.add('maker/base', '.cache/notes.json', '{}');
    const given = imported();
    await ended((await start()).id, 'done');
    expect((await given).files.filter((name) => name.includes('notes'))).toEqual([]);
  });

  it('goes on where the connection broke', async () => {
    const given = imported();
    hub.treatments.set('model.safetensors', ['hang', 'fail', 'hang']);
    const job = await start();
    for (const arrived of [50_000, 130_000]) {
      await host.window.heard('jobChanged', ({ job: changed }) => changed.done > arrived);
      hub.breakConnections();
    }
    expect(await ended(job.id, 'done', 'failed')).toMatchObject({ state: 'done' });
    expect((await given).weights.equals(weights)).toBe(true);
    const ranges = hub.asked.filter((file) => file.path === 'model.safetensors').map(({ range }) => range);
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
    expect(starts).toHaveLength(4);
    expect(starts[0]).toBe(0);
    expect(starts[1]).toBeGreaterThan(50_000);
    expect(starts[3]).toBeGreaterThan(starts[1]!);
  });

  it('begins again where the server does not know ranges', async () => {
    const given = imported();
    hub.treatments.set('model.safetensors', ['hang', 'ignore-range']);
    const job = await start();
    await host.window.heard('jobChanged', ({ job: changed }) => changed.done > 50_000);
    hub.breakConnections();
    expect(await ended(job.id, 'done', 'failed')).toMatchObject({ state: 'done' });
    expect((await given).weights.equals(weights)).toBe(true);
  });

  it('with a damaged byte is not imported; resumed, the file is fetched again', async () => {
    const given = imported();
    hub.treatments.set('model.safetensors', ['damage']);
    const job = await start();
    expect(await ended(job.id, 'failed')).toMatchObject({ error: { code: 'CHECKSUM_MISMATCH' } });
    expect((await host.window.call('modelsList', {})).models).toHaveLength(1);
    await host.window.call('jobsResume', { id: job.id });
    await ended(job.id, 'done');
    expect((await given).weights.equals(weights)).toBe(true);
  });

  it('with a damaged small file is noticed by its git checksum', async () => {
    hub.treatments.set('config.json', ['damage']);
    const job = await start();
    expect(await ended(job.id, 'failed')).toMatchObject({ error: { code: 'CHECKSUM_MISMATCH' } });
  });

  it('is paused, and goes on after a restart with what has arrived', async () => {
    const isHalf = Promise.withResolvers<undefined>();
    hub.treatments.set('model.safetensors', ['hang']);
    hub.onAsked = (name) => {
      if (name === 'model.safetensors') isHalf.resolve(undefined);
    };
    const job = await start();
    await isHalf.promise;
    await host.window.heard('jobChanged', ({ job: changed }) => changed.done > 50_000);
    expect(await host.window.call('jobsPause', { id: job.id })).toMatchObject({ state: 'paused' });
    const partial = path.join(host.folder, 'data/downloads/tiny/base/model.safetensors.part');
    expect((await stat(partial)).size).toBeGreaterThan(0);
    await host.restart();
    const { jobs } = await host.window.call('snapshot', {});
    expect(jobs).toMatchObject([{ id: job.id, state: 'paused' }]);
    const given = imported();
    await host.window.call('jobsResume', { id: job.id });
    await ended(job.id, 'done');
    expect((await given).weights.equals(weights)).toBe(true);
    expect(hub.asked.at(-2)).toMatchObject({
      path: 'model.safetensors',
      range: expect.stringMatching(/^bytes=/) as string,
    });
  });

  it('that ran when the program ended waits to be resumed', async () => {
    hub.treatments.set('model.safetensors', ['hang']);
    const job = await start();
    await host.window.heard('jobChanged', ({ job: changed }) => changed.done > 50_000);
    await host.restart();
    expect((await host.window.call('snapshot', {})).jobs).toMatchObject([{ id: job.id, state: 'paused' }]);
  });

  it('that is cancelled leaves nothing', async () => {
    hub.treatments.set('model.safetensors', ['hang']);
    const job = await start();
    await host.window.heard('jobChanged', ({ job: changed }) => changed.done > 50_000);
    expect(await host.window.call('jobsCancel', { id: job.id })).toMatchObject({ state: 'cancelled' });
    expect(existsSync(path.join(host.folder, 'data/downloads/tiny'))).toBe(false);
  });

  it('that the hub refuses fails with the reason', async () => {
    hub.treatments.set('model.safetensors', ['refuse']);
    const job = await start();
    const { error } = await ended(job.id, 'failed');
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(error?.message).toContain('403');
  });

  it('without a network says so, and can be given up', async () => {
    await hub.stop();
    const job = await start();
    expect((await ended(job.id, 'failed')).error?.message).toContain('cannot be reached');
    expect(await host.window.call('jobsCancel', { id: job.id })).toMatchObject({ state: 'cancelled' });
    expect(existsSync(path.join(host.folder, 'data/downloads/tiny'))).toBe(false);
    await hub.start();
  });

  it('that does not fit on the disk is refused before anything is fetched', async () => {
    await host.remove();
    const large = { ...model, downloadBytes: smallBytes, diskBytes: 1e18 };
    host = await TestHost.open({ hub: { environment: { HF_ENDPOINT: await hubUrl() }, catalogue: [large] } });
    const job = await start();
    expect(await ended(job.id, 'failed')).toMatchObject({ error: { code: 'DISK_FULL' } });
    expect(hub.asked).toEqual([]);
  });

  it('that fits as a small package and not as an exact one is refused for that one alone', async () => {
    await host.remove();
    const { bavail, bsize } = await statfs(os.tmpdir());
    const packageBytes = (bavail * bsize) / 2;
    const catalogue = [{ ...model, downloadBytes: smallBytes, diskBytes: smallBytes + packageBytes }];
    host = await TestHost.open({ hub: { environment: { HF_ENDPOINT: await hubUrl() }, catalogue } });
    const exact = await host.window.call('modelsDownload', { key: 'tiny', precision: 'fp32' });
    expect(await ended(exact.id, 'failed')).toMatchObject({ error: { code: 'DISK_FULL' } });
    await host.window.call('jobsCancel', { id: exact.id });
    host.engine.onImport = ({ outPath }) => writePackage(outPath, 'Tiny');
    expect(await ended((await start()).id, 'failed', 'done')).toMatchObject({ state: 'done' });
  });

  it('needs room for a package of what the source has, not of what the list expects of another one', async () => {
    await host.remove();
    const listed = { ...model, downloadBytes: 1e18, diskBytes: 2e18 };
    host = await TestHost.open({
      hub: { environment: { HF_ENDPOINT: await hubUrl() }, catalogue: [listed] },
    });
    host.engine.onImport = ({ outPath }) => writePackage(outPath, 'Tiny');
    expect(await ended((await start()).id, 'failed', 'done')).toMatchObject({ state: 'done' });
  });

  async function hubUrl(): Promise<string> {
    await hub.stop();
    hub = new HubServer();
    for (const repository of ['maker/base', 'maker/adapters']) hub.add(repository, 'config.json', smallFile);
    return hub.start();
  }
});

describe('a repository with hostile names', () => {
  it.each([
    '../escape.json',
    'a/../../escape.json',
    '/etc/escape.json',
    'C:\\escape.json',
    '..\\escape.json',
    'nul.json',
    'a\u0000b.json',
    'grounder/../../../escape.json',
  ])('never writes outside its folder: %j', async (name) => {
    hub.add('maker/base', name, '{}');
    const job = await start();
    expect(await ended(job.id, 'failed', 'done')).toMatchObject({
      state: 'failed',
      error: { code: 'DOWNLOAD_FAILED' },
    });
    expect(hub.asked).toEqual([]);
    const written = await readdir(host.folder, { recursive: true });
    expect(written.filter((file) => file.includes('escape'))).toEqual([]);
  });
});
