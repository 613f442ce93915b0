import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addTinyModel, bringTinyModel, largeContent, publishedWords } from '../testing/download-rounds.ts';
import { HubServer } from '../testing/hub-server.ts';
import { holderOf, lockDownload } from './download-lock.ts';
import { downloadableModels } from './downloadable-models.ts';
import { listPartialDownloads, removePartialDownload } from './partial-downloads.ts';

let hub: HubServer;
let hubUrl: string;
let root: string;
let folder: string;
beforeEach(async () => {
  hub = new HubServer();
  addTinyModel(hub);
  hubUrl = await hub.start();
  root = await mkdtemp(path.join(os.tmpdir(), 'videomind-bring-'));
  folder = path.join(root, 'tiny');
});
afterEach(async () => {
  await hub.stop();
  await rm(root, { recursive: true, force: true });
});

const askedFor = (name: string) => hub.asked.filter((asked) => asked.path === name);
const large = () => path.join(folder, 'base', 'model.safetensors');
/** Leaves a download that has brought some of the large file. */
async function breakInTheMiddle(): Promise<void> {
  hub.treatments.set('model.safetensors', [{ kind: 'cut', atByte: 20_000 }, 'refuse']);
  await expect(bringTinyModel(folder, hubUrl)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect((await stat(`${large()}.part`)).size).toBe(20_000);
}

describe('a file of a download', () => {
  it('goes on at the byte where it broke, at the host that large files are sent to', async () => {
    await breakInTheMiddle();
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
    expect(hub.askedElsewhere.map(({ range }) => range)).toContain('bytes=20000-');
  });

  it('that the server has less of than what is here (416) is begun again, by itself', async () => {
    await breakInTheMiddle();
    hub.treatments.set('model.safetensors', ['no-range']);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
    expect(askedFor('model.safetensors').at(-1)?.range).toBeUndefined();
  });

  it('that is longer here than it should be is begun again', async () => {
    await breakInTheMiddle();
    await appendFile(`${large()}.part`, Buffer.alloc(largeContent.length));
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });

  it('is not mixed with the page of a network’s gate', async () => {
    await breakInTheMiddle();
    hub.treatments.set('model.safetensors', ['gate', 'gate', 'gate', 'gate']);
    await expect(bringTinyModel(folder, hubUrl)).rejects.toMatchObject({
      message: expect.stringContaining('something else') as string,
    });
    expect((await readFile(`${large()}.part`)).equals(largeContent.subarray(0, 20_000))).toBe(true);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });

  it('whose connection hangs is asked for again after a silence', async () => {
    hub.treatments.set('model.safetensors', ['silent', { kind: 'hang', atByte: 30_000 }]);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
    expect(askedFor('model.safetensors')).toHaveLength(3);
  });

  it('whose address at the other host has expired is asked for anew', async () => {
    hub.treatments.set('model.safetensors', ['expired']);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });

  it('that is here and right is not fetched again, nor is room wanted for it', async () => {
    hub.treatments.set('grounder/adapter_model.safetensors', ['refuse']);
    await expect(bringTinyModel(folder, hubUrl)).rejects.toThrow();
    const reported: number[] = [];
    expect(await bringTinyModel(folder, hubUrl, { report: (done) => reported.push(done) })).toEqual([]);
    expect(askedFor('model.safetensors')).toHaveLength(1);
    expect(reported[1]).toBeGreaterThan(largeContent.length);
  });
});

describe('ModelScope as a source', () => {
  it('gives the base by its own addresses; adapters that it has not come from the hub', async () => {
    expect(await bringTinyModel(folder, hubUrl, { source: 'modelscope' })).toEqual([]);
    const [config] = askedFor('config.json');
    expect(config).toMatchObject({ authorization: 'Bearer ms_person', cookie: 'm_session_id=ms_person' });
    expect(askedFor('grounder/adapter_model.safetensors')[0]).toMatchObject({
      authorization: 'Bearer hf_person',
    });
  });

  it('chosen in the middle of a download keeps what has arrived from the hub', async () => {
    await breakInTheMiddle();
    expect(await bringTinyModel(folder, hubUrl, { source: 'modelscope' })).toEqual([]);
    expect(hub.askedElsewhere.map(({ range }) => range)).toContain('bytes=20000-');
    expect(askedFor('config.json')).toHaveLength(1);
  });

  it('knows branches alone: what was changed there meanwhile is planned anew by the next start', async () => {
    hub.treatments.set('model.safetensors', ['refuse']);
    await expect(bringTinyModel(folder, hubUrl, { source: 'modelscope' })).rejects.toThrow();
    const changed = Buffer.from(largeContent);
    changed[5] = 99;
    hub.add('maker/base', 'model.safetensors', changed, true);
    await expect(bringTinyModel(folder, hubUrl, { source: 'modelscope' })).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
    });
    hub.add('maker/base', 'model.safetensors', largeContent, true);
    const listed = hub.listed;
    expect(await bringTinyModel(folder, hubUrl, { source: 'modelscope' })).toEqual([]);
    expect(hub.listed).toBeGreaterThan(listed);
  });
});

it('a token never reaches the host that a redirect leads to: stolen tokens by open redirect', async () => {
  for (const source of ['hub', 'modelscope'] as const) {
    await bringTinyModel(path.join(root, source), hubUrl, { source });
  }
  expect(hub.askedElsewhere.length).toBeGreaterThanOrEqual(4);
  for (const asked of hub.askedElsewhere) {
    expect(asked).not.toHaveProperty('authorization');
    expect(asked).not.toHaveProperty('cookie');
  }
});

describe('prompts', () => {
  it.each(['github', 'hub'] as const)('come from %s where a person wishes it', async (promptsFrom) => {
    expect(await bringTinyModel(folder, hubUrl, { promptsFrom })).toEqual([]);
    const [asked, notAsked] = ['/words.py', '/spaces/maker/demo/words.py'];
    expect(askedFor(promptsFrom === 'github' ? asked : notAsked)).toHaveLength(1);
    expect(askedFor(promptsFrom === 'github' ? notAsked : asked)).toHaveLength(0);
  });

  it('come from a mirror of the hub where GitHub is not reached', async () => {
    hub.treatments.set('/words.py', ['silent', 'silent', 'silent', 'silent']);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });

  it('that are another text at each place are told and not taken; those of one place are enough', async () => {
    hub.plain.set('/words.py', `${publishedWords}# more`);
    hub.plain.set('/spaces/maker/demo/words.py', `${publishedWords}# other`);
    await expect(bringTinyModel(folder, hubUrl)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(askedFor('model.safetensors')).toHaveLength(0);
    hub.plain.set('/words.py', publishedWords);
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });

  it('of a person’s own file are taken as they are, and nobody is asked', async () => {
    const promptsPath = path.join(root, 'mine.py');
    await writeFile(promptsPath, publishedWords);
    expect(await bringTinyModel(folder, hubUrl, { promptsFrom: 'file', promptsPath })).toEqual([]);
    expect(askedFor('/words.py')).toHaveLength(0);
    await expect(
      bringTinyModel(folder, hubUrl, { promptsFrom: 'file', promptsPath: path.join(root, 'gone.py') }),
    ).rejects.toMatchObject({ code: 'PROMPTS_INVALID' });
  });
});

describe('unfinished downloads', () => {
  it('are listed with what they take, and removed', async () => {
    await breakInTheMiddle();
    await truncate(`${large()}.part`, 12_345);
    const [partial] = await listPartialDownloads(root, []);
    expect(partial).toMatchObject({ key: 'tiny', isRunning: false });
    expect(partial?.bytes).toBeGreaterThan(12_345);
    expect(partial?.totalBytes).toBeGreaterThan(largeContent.length + 9001);
    expect(await removePartialDownload(folder)).toBe(partial?.bytes);
    expect(await readdir(root)).toEqual([]);
  });

  it('at which somebody is are left alone; a lock of who was killed is taken over', async () => {
    await mkdir(folder);
    const release = await lockDownload(folder);
    expect(await holderOf(folder)).toBe(process.pid);
    await expect(bringTinyModel(folder, hubUrl)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await expect(removePartialDownload(folder)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    expect(await listPartialDownloads(root, [])).toMatchObject([{ isRunning: true }]);
    await release();
    // No process has this number.
    await writeFile(`${folder}.lock`, '4194304999');
    expect(await bringTinyModel(folder, hubUrl)).toEqual([]);
  });
});

it('every model of the list has its licence, and its prompts are known by hash wherever they come from', () => {
  for (const { licence, prompts } of downloadableModels) {
    expect(licence).not.toBe('');
    if (prompts !== undefined) expect(prompts.places.map(({ key }) => key)).toEqual(['github', 'hub']);
  }
});
