import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../protocol/run-record.ts';
import { trainingItemsOf } from './corrected-runs.ts';
import { exportCorrectedRuns } from './export-corrected-runs.ts';

const unplanned: RunRecord = {
  schemaVersion: 1,
  question: 'Why does the  dog bark?',
  options: ['a cat', 'a car'],
  roles: ['planner', 'grounder', 'verifier', 'answerer'],
  precision: 'fp32',
  device: 'cpu',
  model: { name: 'toy', path: '/models/toy', checksum: 'x' },
  video: { path: '/videos/dog.mp4', durationSec: 60, fps: 25, totalFrames: 1500, width: 64, height: 64 },
  candidates: [
    { startSec: 10, endSec: 20, confidence: 0.9, verifierScore: 0.8 },
    { startSec: 30, endSec: 40, confidence: 0.5, verifierScore: 0.2 },
  ],
  answer: { text: 'A', option: 'A' },
  timings: { totalSec: 1 },
  tokens: {},
  warnings: [],
};

const record: RunRecord = {
  ...unplanned,
  plan: { response: '[]', query: 'the dog barks.', grounding: true },
};

const common = { source: 'corrected', video_path: '/videos/dog.mp4', duration: 60 };

test('a run whose moment and answer were corrected trains all five ways', () => {
  const items = trainingItemsOf({ id: 'r1', record, correction: { spans: [[12, 22]], answer: 'a car' } });
  const answering = {
    ...common,
    data_type: 'multimodal',
    query: 'Why does the dog bark?',
    question: 'Why does the dog bark?',
    answer: 'a car',
    ans: 'B',
    options: ['a cat', 'a car'],
  };
  expect(items).toEqual({
    grounding: {
      ...common,
      vid: 'dog',
      qid: 'r1',
      query: 'the dog barks',
      relevant_windows: [[12, 22]],
    },
    verifying: {
      ...common,
      query: 'Why does the dog bark?',
      span: [[12, 22]],
      pred: [
        [10, 20],
        [30, 40],
      ],
      conf: [0.9, 0.5],
    },
    planning: {
      ...common,
      data_type: 'multimodal',
      route: 1,
      question: 'Why does the dog bark?',
      query: 'the dog barks',
    },
    answering,
    'answering-crop': { ...answering, span: [[12, 22]], crop: [9, 25] },
  });
});

test.each([
  [{ grounding: false }, 4, undefined],
  [{ query: 'Why does the dog bark?' }, 2, undefined],
  [{ query: 'the barking "dog"' }, 1, 'the barking "dog"'],
])('the correction %j of a plan is route %i', (correction, route, query) => {
  const { planning } = trainingItemsOf({ id: 'r1', record, correction });
  expect(planning).toMatchObject({ route });
  expect(planning?.['query']).toBe(query);
});

test('what was not judged trains nothing', () => {
  expect(trainingItemsOf({ id: 'r1', record: unplanned, correction: {} })).toEqual({});
});

test('runs are written one file a form, and those without use are named', async () => {
  const out = await mkdtemp(path.join(tmpdir(), 'corrected-'));
  try {
    const report = await exportCorrectedRuns({
      runs: [
        { id: 'r1', record, correction: { spans: [[12, 22]] } },
        { id: 'r2', record: unplanned, correction: {} },
      ],
      moments: [{ id: 'm1', videoPath: '/a.mp4', durationSec: 9, query: 'rain.', spans: [[1, 2]] }],
      outPath: out,
      force: false,
    });
    expect(report).toMatchObject({
      runs: 2,
      unused: ['r2'],
      written: { grounding: 2, verifying: 1, planning: 1, answering: 0, 'answering-crop': 0 },
    });
    const verifying = path.join(out, 'verifying', 'corrected.json');
    const list = JSON.parse(await readFile(verifying, 'utf8')) as unknown;
    // A folder is of one form, as training reads it, and of none that is empty.
    expect((await readdir(out)).sort()).toEqual(['grounding', 'planning', 'verifying']);
    expect(await readdir(path.join(out, 'grounding'))).toEqual(['corrected.jsonl']);
    expect(list).toMatchObject([{ span: [[12, 22]] }]);
  } finally {
    await rm(out, { recursive: true });
  }
});
