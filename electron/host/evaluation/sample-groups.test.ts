import { describe, expect, it } from 'vitest';
import type { EvalSample } from '../../../native-models/protocol/eval-sample.ts';
import { fromJob, toJob } from './queue/job.ts';
import { ProgressClock } from './progress-clock.ts';
import { groupByVideo } from './sample-groups.ts';

const sample = (index: number, video: string): EvalSample => ({
  kind: 'sample',
  id: String(index),
  index,
  place: { file: 'a.jsonl', position: index },
  source: 'own',
  form: 'grounding',
  videoPath: video,
  categories: [],
  extra: {},
});
const samples = ['/data/b.mp4', '/data/a.mp4', '/data/b.mp4', '/data/c.mp4'].map((video, index) =>
  sample(index, video),
);
const ids = (groups: ReturnType<typeof groupByVideo>) =>
  groups.map((group) => group.samples.map(({ id }) => id));

describe('groups of samples', () => {
  it('hold what is on one video, in the order in which videos come', () => {
    expect(ids(groupByVideo(samples, { index: 0, of: 1 }))).toEqual([['0', '2'], ['1'], ['3']]);
  });

  it('are divided among shards, each in one of them', () => {
    expect(ids(groupByVideo(samples, { index: 0, of: 2 }))).toEqual([['0', '2'], ['3']]);
    expect(ids(groupByVideo(samples, { index: 1, of: 2 }))).toEqual([['1']]);
  });

  it('travel to machines whose data lies elsewhere', () => {
    const settings = {
      benchmark: 'own',
      dataDir: '/data',
      asPublished: false,
      allowWithheldTruth: false,
      roles: ['grounder' as const],
      subtitles: false,
      candidates: 5,
      temperature: 0,
      shard: { index: 0, of: 1 },
    };
    const benchmarkSettings = {
      kind: 'grounding' as const,
      roundingUnitSec: 0.1,
      fixed: { minMomentSec: 32, answererBudget: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 } },
      promptStyle: 'mcq' as const,
    };
    const rules = { settings, benchmarkSettings, modelPath: '/models/a', reasons: false };
    const group = { videoPath: '/data/b.mp4', samples: [sample(0, '/data/b.mp4'), sample(1, '/else/d.mp4')] };
    const job = toJob(group, rules);
    expect(JSON.stringify(job)).not.toContain('"/data');
    const arrived = fromJob(job, '/mnt/videos', '/models/b');
    expect(arrived.samples.map(({ videoPath }) => videoPath)).toEqual(['/mnt/videos/b.mp4', '/else/d.mp4']);
    expect(arrived.rules.settings.dataDir).toBe('/mnt/videos');
  });
});

describe('the time left', () => {
  it('follows from the samples done here, not from those of an earlier process', () => {
    let nowMs = 0;
    const clock = new ProgressClock(110, 100, () => nowMs);
    nowMs = 1_000;
    expect(clock.done(0)).toEqual({ done: 101, total: 110, failed: 0 });
    nowMs = 2_000;
    clock.done(0);
    nowMs = 3_000;
    expect(clock.done(1)).toEqual({ done: 103, total: 110, failed: 1, leftSec: 7 });
  });
});
