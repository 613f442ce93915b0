import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SplitName } from './benchmark.ts';
import loaders from '../fixtures/loaders.json' with { type: 'json' };
import { openBenchmark } from './open-benchmark.ts';
import { toReferenceSample } from './reference-sample.ts';
import { dataSets } from './registry.ts';
import { settingsOf } from './settings.ts';

/* Annotation files of all data sets, and what the reference's loaders make of them. */

interface Load {
  readonly dataset: string;
  readonly split: string;
  readonly samples?: readonly Record<string, unknown>[];
  readonly sameAs?: string;
  readonly error?: string;
  readonly count?: number;
  readonly keys?: readonly string[];
}

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'loaders-'));
  const write = async (file: string, content: string | Buffer): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  };
  for (const [file, text] of Object.entries(loaders.files)) await write(file, text);
  for (const [file, text] of Object.entries(loaders.filesBase64)) {
    await write(file, Buffer.from(text, 'base64'));
  }
  for (const file of loaders.emptyFiles) await write(file, '');
});

afterAll(() => rm(folder, { recursive: true }));

/** Samples as the reference lists them: it looks for videos only where the data set leaves those without out. */
async function load(key: string, split: SplitName): Promise<Record<string, unknown>[]> {
  const dataDir = path.join(folder, 'data');
  const benchmark = await openBenchmark(key, {
    dataDir,
    split,
    asPublished: true,
    allowWithheldTruth: key === 'longvideobench',
  });
  const samples: Record<string, unknown>[] = [];
  for await (const item of benchmark.samples()) {
    const sample = item.kind === 'sample' ? item : item.sample;
    if (sample !== undefined) samples.push(toReferenceSample(sample, { dataDir }));
  }
  return samples;
}

const loads: readonly Load[] = loaders.loads;

describe.each(loads)('$dataset, $split', (expected) => {
  const { dataset, samples, sameAs, count, keys, error } = expected;
  const split = expected.split as SplitName;
  if (error !== undefined) {
    test('is refused', async () => {
      await expect(load(dataset, split)).rejects.toMatchObject({
        code: error === 'AssertionError' ? 'SPLIT_UNKNOWN' : 'TRUTH_MISSING',
      });
    });
  } else if (count !== undefined) {
    test('has as many samples with the same keys, drawn by a seed', async () => {
      const found = await load(dataset, split);
      expect(found).toHaveLength(count);
      for (const sample of found) expect(Object.keys(sample).sort()).toEqual(keys);
      expect(await load(dataset, split)).toEqual(found);
    });
  } else {
    test('is what the reference loads', async () => {
      const same = loads.find((other) => other.dataset === dataset && other.split === sameAs);
      expect(await load(dataset, split)).toEqual(samples ?? same?.samples);
    });
  }
});

test.each(Object.entries(loaders.overrides))('%s runs with the published settings', (key, published) => {
  const set = dataSets.get(key)!;
  const expected: Record<string, number> = published;
  const settings = settingsOf(set);
  expect(settings).toMatchObject({
    roundingUnitSec: expected['UNIT'] ?? 0.001,
    fixed: {
      minMomentSec: expected['MIN_LEN'] ?? 32,
      answererBudget: {
        fps: 2,
        maxFrames: expected['MAX_FRAMES'] ?? 32,
        minTokens: expected['MIN_PIXELS'] ?? 128,
        maxTokens: expected['MAX_PIXELS'] ?? 256,
      },
    },
  });
  expect(settings.fixed?.minMomentShare).toBe(expected['MIN_RATIO']);
});

test('every data set of the reference is there, those of VideoKR, and one’s own', () => {
  const reasoning = ['perception', 'comprehension', 'adaptation'].map((task) => `video_mmmu_${task}`);
  const besides = ['own', 'scivideobench', 'videokr_eval', ...reasoning];
  const keys = new Set([...loads.map(({ dataset }) => dataset), ...besides]);
  expect([...dataSets.keys()].sort()).toEqual([...keys].sort());
});
