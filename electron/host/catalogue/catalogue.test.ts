import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostPatienceMs, TestHost } from '../testing/test-host.ts';
import { runsHere } from '../contract/catalogue.ts';
import { whyNotWords } from '../contract/catalogue-words.ts';
import { downloadableModels } from '../downloads/downloadable-models.ts';
import { catalogue, everyDownload } from './catalogue.ts';
import { keyValueBytes, peakMemoryBytes, publishedNetworks } from './networks.ts';

const { models, dataSets, survey } = catalogue;
const runnable = models.flatMap(({ name, checkpoints }) => checkpoints.map((each) => ({ name, ...each })));

describe('the catalogue', () => {
  test('says where its facts come from, and when they were taken', () => {
    expect(survey.url).toMatch(/^https:/);
    expect(survey.commit).toMatch(/^[\da-f]{40}$/);
    expect(survey.date <= catalogue.readOn).toBe(true);
    const unsourced = [...models, ...dataSets].filter(
      (entry) =>
        (entry.paper ?? entry.code ?? ('weights' in entry ? entry.weights : undefined)) === undefined,
    );
    expect(unsourced.filter(({ inSurvey }) => inSurvey)).toEqual([]);
  });

  test('has everything once, newest first, each with what it is for', () => {
    for (const entries of [models, dataSets]) {
      const names = entries.map(({ name, inSurvey, purpose }) => `${name} ${inSurvey} ${purpose}`);
      expect(new Set(names).size).toBe(names.length);
      const dates = entries.flatMap(({ date }) => date ?? []);
      expect(dates).toEqual(dates.toSorted().toReversed());
      expect(
        dates.filter((date) => !/^20[12]\d(-(0[1-9]|1[0-2]))?$/.test(date) || date > catalogue.readOn),
      ).toEqual([]);
      expect(entries.filter(({ purpose }) => purpose === '' || purpose.length > 70)).toEqual([]);
    }
  });

  test('tells of each model that it runs, and what with, or why not', () => {
    for (const model of models) {
      expect(runsHere(model) === 'no').toBe(model.whyNot !== undefined);
      if (model.whyNot !== undefined) expect(whyNotWords(model.whyNot)).toMatch(/\w/);
      expect(model.whyNot?.reason === 'other-network').toBe(model.whyNot?.network !== undefined);
    }
    expect(models.filter((model) => runsHere(model) === 'yes').length).toBeGreaterThan(20);
    const named = (preset: string) =>
      runnable.filter(({ tools }) => tools === preset).map(({ name }) => name);
    expect(named('longvt')).toEqual(['LongVT']);
    expect(named('videozoomer')).toEqual(['VideoZoomer']);
  });

  test('offers what runs for download, under a key of its own, and nothing that is not known to', () => {
    const keys = everyDownload.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { downloadKey, unproven, repository } of runnable) {
      expect(downloadKey === undefined).toBe(unproven !== undefined);
      const found = everyDownload.find(({ key }) => key === downloadKey);
      if (downloadKey === undefined) continue;
      expect([found?.baseRepository, found?.adaptersRepository]).toContain(repository);
      expect(downloadKey).toMatch(/^[a-z\d][a-z\d.-]+$/);
    }
  });

  test('estimates memory and room as they were measured and listed', () => {
    const rows = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const documented = Object.values(publishedNetworks).flatMap((network) => {
      const row = rows.find(
        ([, title, keptPerThousand]) => title === network.title && / MB$/.test(keptPerThousand ?? ''),
      );
      return row === undefined
        ? []
        : [{ network, kept: row[2], peak: /^(\d\.\d) GB/.exec(row[3] ?? '')?.[1] }];
    });
    for (const { network, kept } of documented) {
      expect(`${Math.round(keyValueBytes(network) / 1000)} MB`).toBe(kept);
    }
    const measured = documented.filter(({ peak }) => peak !== undefined);
    expect(measured.length).toBeGreaterThan(1);
    for (const { network, peak } of measured) {
      const share = peakMemoryBytes(network, 'reasoner') / (Number(peak) * 1e9);
      expect(Math.abs(share - 1)).toBeLessThan(0.1);
    }
    for (const { key, downloadBytes } of everyDownload.slice(downloadableModels.length)) {
      const base = runnable.find(({ downloadKey }) => downloadKey === key)?.base;
      const listed = downloadableModels.find(({ title }) => title === base);
      if (listed !== undefined) expect(Math.abs(downloadBytes / listed.downloadBytes - 1)).toBeLessThan(0.05);
    }
  });
});

describe('the list in a window', () => {
  let host: TestHost;
  beforeAll(async () => (host = await TestHost.open()), hostPatienceMs);
  afterAll(() => host.remove(), hostPatienceMs);

  test('is given without a single connection', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    const list = await host.window.call('catalogueList', {});
    expect(list.models).toHaveLength(models.length);
    expect(list.memoryBytes).toBeGreaterThan(0);
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });
});
