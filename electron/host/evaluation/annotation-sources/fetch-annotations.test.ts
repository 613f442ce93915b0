import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNetwork } from '../../downloads/download-network.ts';
import { HubServer } from '../../testing/hub-server.ts';
import { annotationSource } from './annotation-sources.ts';
import type { AnnotationNetwork, FetchableFile } from './fetch-annotations.ts';
import { fetchAnnotations, planAnnotations, stateOf } from './fetch-annotations.ts';

const dataSet = 'datasets/yeliudev/VideoMind-Dataset';
const durations = Buffer.from(JSON.stringify({ clip: 8 }).repeat(50_000));
let folder = '';
let hub: HubServer;
let reached: AnnotationNetwork;
let url = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'annotations-'));
  hub = new HubServer();
  hub.add(dataSet, 'charades_sta/charades_sta_test.txt', 'clip 0 8##a cat');
  hub.add(dataSet, 'charades_sta/durations.json', durations, true);
  hub.licences.set(dataSet, 'bsd-3-clause');
  url = await hub.start();
  reached = { network: await network(), githubUrl: url, signal: new AbortController().signal };
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

const network = (retryDelaysMs: readonly number[] = []): ReturnType<typeof openNetwork> =>
  openNetwork({ environment: {}, hubUrl: url, keptToken: () => Promise.resolve(undefined), retryDelaysMs });

const places = ['charades_sta/charades_sta_test.txt', 'charades_sta/durations.json'];
const bring = (files: readonly FetchableFile[], over = reached): Promise<string[]> =>
  fetchAnnotations(files, folder, over, () => undefined);

describe('annotations of the hub', () => {
  it('are planned with size, checksum and the licence that their card says, and nothing is fetched for it', async () => {
    const { files, elsewhere } = await planAnnotations(places, reached);
    expect(files.map(({ place, licence, known }) => [place, licence, known.bytes])).toEqual([
      ['charades_sta/charades_sta_test.txt', 'bsd-3-clause', 15],
      ['charades_sta/durations.json', 'bsd-3-clause', durations.length],
    ]);
    expect([elsewhere, hub.asked, hub.listed]).toEqual([[], [], 2]);
  });

  it('are brought, checked, and go on where a connection broke', async () => {
    const { files } = await planAnnotations(places, reached);
    hub.treatments.set('charades_sta/durations.json', ['cut']);
    await expect(bring(files)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    const arrived = (await readFile(path.join(folder, `${places[1]}.part`))).length;
    expect(arrived).toBeGreaterThan(0);
    expect(await bring(files)).toEqual(places);
    expect(hub.askedElsewhere.at(-1)?.range).toBe(`bytes=${arrived}-`);
    for (const file of files) expect(await stateOf(file, folder)).toBe('as-published');
    expect((await readFile(path.join(folder, places[1] ?? ''))).equals(durations)).toBe(true);
  });

  it('that arrive damaged are not taken', async () => {
    const { files } = await planAnnotations(places.slice(0, 1), reached);
    hub.treatments.set(places[0] ?? '', ['damage']);
    await expect(bring(files)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await stateOf(files[0]!, folder)).toBe('missing');
  });

  it('behind a gate are refused with how to get in and where the terms are', async () => {
    const { files } = await planAnnotations(places.slice(0, 1), reached);
    hub.token = 'secret';
    await expect(bring(files)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      remedy: expect.stringMatching(/HF_TOKEN.*jiyanggao/u) as string,
    });
  });
});

it('a file of GitHub is known by its checksum: another one is not taken, and one that lies there is told from it', async () => {
  const place = 'qvhighlights/highlight_test_release.jsonl';
  const { files } = await planAnnotations([place], reached);
  const [file] = files;
  expect(file).toMatchObject({
    licence: 'CC BY-NC-SA 4.0',
    terms: expect.stringContaining('LICENSE') as string,
  });
  const content = Buffer.alloc(file!.known.bytes, 'x');
  hub.plain.set(new URL(file!.url).pathname, content);
  await expect(bring(files)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  await writeFile(path.join(folder, place), content);
  expect(await stateOf(file!, folder)).toBe('different');
  const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const right = {
    ...file!,
    known: { ...file!.known, checksum: { algorithm: 'git-blob' as const, hex: blob } },
  };
  expect(await bring([right])).toEqual([place]);
  expect(await stateOf(right, folder)).toBe('as-published');
});

it('what nobody may fetch for a person is told with the reason and the place', async () => {
  const { elsewhere } = await planAnnotations(
    ['ego4d_nlq/nlq_val.jsonl', 'charades_sta/gone.txt', 'mine/annotations.jsonl'],
    reached,
  );
  expect(elsewhere).toMatchObject([
    { why: expect.stringContaining('licence') as string, where: 'https://ego4d-data.org' },
    { why: `${dataSet} has no charades_sta/gone.txt any more.` },
    { why: 'Nobody is known to publish it.' },
  ]);
  expect(annotationSource('video_mmmu/Perception/test-00000-of-00001.parquet')).toMatchObject({
    ...{ repository: 'datasets/lmms-lab/VideoMMMU', path: 'Perception/test-00000-of-00001.parquet' },
  });
});
