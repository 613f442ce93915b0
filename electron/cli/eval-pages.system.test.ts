import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubServer } from '../host/testing/hub-server.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-pages-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a comparison’s page shows each sample that one run alone has right, with pictures of what each found', async () => {
  const data = path.join(folder, 'data');
  await writeOwnAnnotations(data, 1);
  const outs = [path.join(folder, 'greedy'), path.join(folder, 'drawn')];
  const asked = ['eval', 'run', 'own', '--data', data, '--model', toyPackagePath, '--device', 'cpu'];
  const [greedy = '', drawn = ''] = outs;
  for (const args of [
    ['--out', greedy, '--roles', 'answerer'],
    ['--out', drawn, '--roles', 'grounder,answerer', '--temperature', '2', '--seed', '3'],
  ]) {
    // Samples that are only grounded fail where no grounder runs: that is doubted, and compared all the same.
    expect([0, 3]).toContain((await runCli([...asked, ...args])).code);
  }
  const page = path.join(folder, 'compare.html');
  const compared = await runCli(['eval', 'compare', greedy, drawn, '--page', page, '--json']);
  expect([0, 3]).toContain(compared.code);
  const { flipped } = JSON.parse(compared.stdout) as {
    readonly flipped?: { readonly samples: readonly { readonly id: string; readonly text: string }[] };
  };
  const html = await readFile(page, 'utf8');
  expect(html).toMatch(/^<!doctype html>/iu);
  expect(html).not.toContain('<script');
  const samples = flipped?.samples ?? [];
  expect(samples.length).toBeGreaterThan(0);
  for (const { text } of samples) expect(html).toContain(text);
  expect(html.match(/src="data:image\/png/gu)?.length ?? 0).toBeGreaterThanOrEqual(samples.length);
});

it('annotations are fetched once their terms are accepted, checked, and left alone the next time', async () => {
  const hub = new HubServer();
  const repository = 'datasets/yeliudev/VideoMind-Dataset';
  hub.add(repository, 'tacos/test.jsonl', '{"vid": "a"}\n');
  hub.licences.set(repository, 'bsd-3-clause');
  const environment = { HF_ENDPOINT: await hub.start(), HF_HOME: path.join(folder, 'nothing') };
  const data = path.join(folder, 'fetched');
  const fetch = (...more: string[]) =>
    runCli(['eval', 'fetch', 'tacos', '--data', data, ...more], { environment });
  try {
    const told = await fetch();
    expect(told).toMatchObject({ code: 3, stdout: expect.stringContaining('--accept-licences') as string });
    expect(told.stdout).toContain('licence: bsd-3-clause; terms: https://www.mpi-inf.mpg.de');
    expect(hub.asked).toEqual([]);
    expect(await fetch('--accept-licences')).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('Fetched 1 file, checksums right') as string },
    });
    expect(await readFile(path.join(data, 'tacos', 'test.jsonl'), 'utf8')).toBe('{"vid": "a"}\n');
    const again = await fetch('--accept-licences', '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ files: [{ state: 'as-published' }], elsewhere: [] });
    expect(hub.asked).toHaveLength(1);
  } finally {
    await hub.stop();
  }
});
