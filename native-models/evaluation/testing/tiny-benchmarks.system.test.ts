import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inspectBenchmark } from '../benchmarks/inspect-benchmark.ts';
import { makeTinyBenchmark } from './tiny-benchmarks.ts';

test.each(['charades_sta', 'nextgqa', 'mvbench'])(
  'the generated clips of %s open, and are as long as said',
  async (key) => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tiny-'));
    try {
      await makeTinyBenchmark(key, dataDir);
      const found = await inspectBenchmark(key, dataDir, { openVideos: true });
      expect(found).toMatchObject({ trustworthy: true, notes: [], videos: { unreadable: [] } });
    } finally {
      await rm(dataDir, { recursive: true });
    }
  },
);
