import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder, runDescriptionSchema } from './run-folder.ts';
import type { RunDescription } from './run-folder.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-run-folder-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const shard = { index: 0, of: 1 };

function described(settings: Partial<RunDescription['settings']> = {}): RunDescription {
  const asked = {
    benchmark: 'qvhighlights',
    dataDir: '/data',
    asPublished: false,
    allowWithheldTruth: false,
  };
  return runDescriptionSchema.parse({
    schemaVersion: 1,
    title: 'QVHighlights',
    split: 'test',
    settings: { ...asked, roles: ['grounder'], subtitles: false, shard, ...settings },
    benchmarkSettings: { kind: 'grounding', promptStyle: 'mcq', roundingUnitSec: 1 },
    model: {
      name: 'toy',
      path: '/toy',
      checksum: 'c',
      precision: 'int8',
      device: 'cpu',
      roles: [],
      toy: true,
    },
    samples: 3,
    skipped: 0,
  });
}

describe('a run’s folder', () => {
  it('goes on with a run whether or not truth may be withheld: that is no way of asking', async () => {
    const run = new RunFolder(path.join(folder, 'permission'), shard);
    await expect(run.begin(described())).resolves.toBe(false);
    await expect(run.begin(described({ allowWithheldTruth: true }))).resolves.toBe(true);
  });

  it('is refused for a run of another seed', async () => {
    const run = new RunFolder(path.join(folder, 'seed'), shard);
    await run.begin(described());
    await expect(run.begin(described({ seed: 7 }))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });
});
