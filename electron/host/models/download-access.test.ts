import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadableModel, Job } from '../contract/models.ts';
import { HubServer } from '../testing/hub-server.ts';
import { writePackage } from '../testing/scripted-parts.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';
import { downloadableModels } from '../downloads/downloadable-models.ts';
import type { SecretBox } from '../downloads/kept-tokens.ts';

const words = 'GROUNDER_PROMPT = "Find {}."\n';
const sha256 = createHash('sha256').update(words).digest('hex');
const weights = Buffer.from(Array.from({ length: 60_000 }, (_, index) => index % 251));

let hub: HubServer;
let hubUrl: string;
let host: TestHost;
/** What the last import was given. */
let given: { promptsPath?: string | undefined; prompts?: string; weights?: Buffer };

function model(more: Partial<DownloadableModel> = {}): DownloadableModel {
  return {
    ...{ key: 'tiny', title: 'Tiny', description: '', licence: '', downloadBytes: 60_000, diskBytes: 90_000 },
    ...{ baseRepository: 'maker/base', adaptersRepository: 'maker/adapters' },
    prompts: {
      project: 'VideoMind',
      places: [{ key: 'github', url: `${hubUrl}/words.py` }],
      ...{ sha256, licence: 'BSD-3-Clause' },
    },
    ...more,
  };
}

async function open(
  environment: Readonly<Record<string, string>> = {},
  more: Partial<DownloadableModel> = {},
  secretBox?: SecretBox,
): Promise<void> {
  host = await TestHost.open({
    secretBox,
    hub: {
      catalogue: [model(more)],
      retryDelaysMs: [1, 1, 1],
      // No cache, token or proxy of whoever runs the tests.
      environment: { HF_ENDPOINT: hubUrl, HF_HOME: path.join(hubFolder, 'home'), ...environment },
    },
  });
  host.engine.onImport = async ({ basePath = '', promptsPath, outPath }) => {
    given = {
      promptsPath,
      ...(promptsPath === undefined ? {} : { prompts: await readFile(promptsPath, 'utf8') }),
      weights: await readFile(path.join(basePath, 'model.safetensors')),
    };
    await writePackage(outPath, 'Tiny');
  };
}

let hubFolder = '';
beforeEach(async () => {
  given = {};
  hub = new HubServer();
  hub.add('maker/base', 'config.json', '{"model_type":"qwen2_vl"}');
  hub.add('maker/base', 'model.safetensors', weights, true);
  hub.add('maker/adapters', 'config.json', '{}');
  hub.plain.set('/words.py', words);
  hubUrl = await hub.start();
  hubFolder = await mkdtemp(path.join(os.tmpdir(), 'videomind-hub-'));
});
afterEach(async () => {
  await host.remove();
  await hub.stop();
  await rm(hubFolder, { recursive: true });
}, hostPatienceMs);

async function download(): Promise<Job> {
  const job = await host.window.call('modelsDownload', { key: 'tiny' });
  return ended(job.id);
}
const ended = async (id: string): Promise<Job> =>
  (
    await host.window.heard(
      'jobChanged',
      ({ job }) => job.id === id && ['done', 'failed'].includes(job.state),
    )
  ).job;

/** Goes on with a download, and waits for what comes of it this time. */
async function resume(id: string): Promise<Job> {
  host.window.events.length = 0;
  await host.window.call('jobsResume', { id });
  return ended(id);
}

describe('the prompts that a checkpoint was trained with', () => {
  it('come with it, from their authors, and are imported with it', async () => {
    await open();
    expect(await download()).toMatchObject({ state: 'done' });
    expect(given.prompts).toBe(words);
  });

  it('that were changed are told and not taken, before anything large is fetched', async () => {
    hub.plain.set('/words.py', `${words}# a word more`);
    await open();
    const job = await download();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'CHECKSUM_MISMATCH' } });
    expect(job.error?.message).toContain('are not those that this version knows');
    expect(hub.asked.map((asked) => asked.path)).not.toContain('model.safetensors');
    hub.plain.set('/words.py', words);
    expect(await resume(job.id)).toMatchObject({ state: 'done' });
  });

  it('are never part of this program: it names them by hash, for each VideoMind model', () => {
    const chains = downloadableModels.filter(({ adaptersRepository }) => adaptersRepository !== undefined);
    expect(chains.length).toBeGreaterThan(0);
    for (const { prompts } of chains) {
      const [first] = prompts?.places ?? [];
      expect(first?.key === 'github' ? first.url : '').toMatch(/\/[\da-f]{40}\/videomind\/constants\.py$/u);
      expect(prompts?.licence).toBe('BSD-3-Clause');
    }
  });
});

describe('the hub is reached', () => {
  it('with a person’s token where it asks for one, which goes nowhere else: not where a redirect leads', async () => {
    hub.token = 'hf_secret';
    await open({ HF_TOKEN: ' hf_secret\n' });
    expect(await download()).toMatchObject({ state: 'done' });
    expect(hub.askedElsewhere).toHaveLength(1);
    expect(hub.askedElsewhere[0]).not.toHaveProperty('authorization');
    const config = hub.asked.find((asked) => asked.path === 'config.json');
    expect(config?.authorization).toBe('Bearer hf_secret');
    // The prompts are asked of somebody else.
    expect(hub.asked.find((asked) => asked.path === '/words.py')).not.toHaveProperty('authorization');
  });

  it('with a token that a person gave in the window: nowhere on the disk as it is, told by no answer', async () => {
    hub.token = 'hf_secret';
    // A keychain that turns each byte around.
    const turn = (bytes: Buffer): Promise<Buffer> => Promise.resolve(Buffer.from(bytes.map((byte) => ~byte)));
    await open(
      {},
      {},
      {
        whyNot: () => Promise.resolve(undefined),
        encrypt: (text) => turn(Buffer.from(text)),
        decrypt: async (encrypted) => (await turn(encrypted)).toString(),
      },
    );
    const kept = await host.window.call('downloadsKeepToken', { source: 'hub', token: 'hf_secret' });
    expect(kept.tokens[0]).toMatchObject({ from: 'kept', host: new URL(hubUrl).host });
    expect(await download()).toMatchObject({ state: 'done' });
    const told = [kept, await host.window.call('snapshot', {}), await host.window.call('downloadsList', {})];
    expect(JSON.stringify([told, host.window.events])).not.toContain('hf_secret');
    const files = await readdir(path.join(host.folder, 'data'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const content = await readFile(path.join(file.parentPath, file.name));
      expect(content.includes('hf_secret'), file.name).toBe(false);
    }
  });

  it('with a token of the wrong form says so, and fetches nothing', async () => {
    await open({ HF_TOKEN: 'my token' });
    const { error } = await download();
    expect(error).toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(error?.message).toContain('HF_TOKEN holds characters');
    expect(hub.asked).toEqual([]);
  });

  it('without a token says what to do where one is needed', async () => {
    hub.token = 'hf_secret';
    await open();
    const { error } = await download();
    expect(error?.code).toBe('DOWNLOAD_FAILED');
  });

  it('through the proxy that the environment names', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, client) => {
      asked.push(request.url ?? '');
      const [name = '', port] = (request.url ?? '').split(':');
      const server = connect(Number(port), name, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const { port } = proxy.address() as AddressInfo;
    await open({ HTTP_PROXY: `http://127.0.0.1:${port}` });
    expect(await download()).toMatchObject({ state: 'done' });
    expect(asked).toContain(new URL(hubUrl).host);
    proxy.closeAllConnections();
    proxy.close();
  });

  it('again when it said to wait', async () => {
    hub.treatments.set('model.safetensors', ['too-many', 'too-many']);
    await open();
    expect(await download()).toMatchObject({ state: 'done' });
  });
});

describe('what is here already', () => {
  const cached = async (name: string, content: Buffer): Promise<void> => {
    const repository = path.join(hubFolder, 'home/hub/models--maker--base');
    await mkdir(path.join(repository, 'blobs'), { recursive: true });
    await mkdir(path.join(repository, 'snapshots/commit1'), { recursive: true });
    await writeFile(path.join(repository, 'blobs', 'abc'), content);
    await symlink('../../blobs/abc', path.join(repository, 'snapshots/commit1', name));
  };

  it('in the cache of the hub’s own tools is not fetched again', async () => {
    await cached('model.safetensors', weights);
    await open();
    expect(await download()).toMatchObject({ state: 'done' });
    expect(given.weights?.equals(weights)).toBe(true);
    expect(hub.asked.map((asked) => asked.path)).not.toContain('model.safetensors');
  });

  it('and is of the right size and damaged is fetched', async () => {
    await cached('model.safetensors', Buffer.alloc(weights.length));
    await open();
    expect(await download()).toMatchObject({ state: 'done' });
    expect(given.weights?.equals(weights)).toBe(true);
  });

  it('a link in a cache that leads out of its repository is not followed', async () => {
    const secret = path.join(hubFolder, 'secret');
    await writeFile(secret, weights);
    const snapshot = path.join(hubFolder, 'home/hub/models--maker--base/snapshots/commit1');
    await mkdir(snapshot, { recursive: true });
    await symlink(secret, path.join(snapshot, 'model.safetensors'));
    await open();
    expect(await download()).toMatchObject({ state: 'done' });
    expect(hub.asked.map((asked) => asked.path)).toContain('model.safetensors');
  });

  it('a file at its place of the right size that is another one is not trusted', async () => {
    hub.treatments.set('config.json', ['refuse']);
    await open();
    const job = await download();
    expect(job.state).toBe('failed');
    const place = path.join(host.folder, 'data/downloads/tiny/base/model.safetensors');
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, Buffer.alloc(weights.length, 7));
    expect(await resume(job.id)).toMatchObject({ state: 'done' });
    expect(given.weights?.equals(weights)).toBe(true);
  });
});
