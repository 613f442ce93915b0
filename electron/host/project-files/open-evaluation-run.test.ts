import { cp, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunFolder, runDescriptionSchema } from '../evaluation/run-folder.ts';
import type { SampleResult } from '../evaluation/result-journal.ts';
import { scriptedRecord } from '../testing/scripted-parts.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
beforeEach(async () => (host = await TestHost.open()), hostPatienceMs);
afterEach(() => host.remove(), hostPatienceMs);

const options = ['a cat', 'a dog'];

/** A question about `film.mp4`, which was answered with B where A is right. */
function answered(id: string, index: number): SampleResult {
  return {
    ...{ id, index, timings: { totalSec: 2 } },
    prediction: {
      ...{
        id,
        video_path: 'data/videos/film.mp4',
        question: 'Who runs?',
        options,
        answer: 'a cat',
        ans: 'A',
      },
      ...{ span: [[3, 9.5]], pred: [[4, 9]], conf: [0.9], response: 'B' },
    },
    record: scriptedRecord('Who runs?'),
  };
}

const failed: SampleResult = {
  ...{ id: 'gone', index: 2, error: { code: 'VIDEO_NOT_FOUND', message: 'gone.mp4 is not there.' } },
  prediction: { id: 'gone', video_path: 'data/videos/gone.mp4', query: 'a door opens', span: [[1, 2]] },
};

/** A run of these samples, whose one video is in the data folder. */
async function writeRun(samples: readonly SampleResult[]): Promise<string> {
  const [runPath, dataDir] = [path.join(host.folder, 'run'), path.join(host.folder, 'sets')];
  await mkdir(path.join(dataDir, 'videos'), { recursive: true });
  await writeFile(path.join(dataDir, 'videos', 'film.mp4'), 'film');
  const shard = { index: 0, of: 1 };
  const run = new RunFolder(runPath, shard);
  await run.begin(
    runDescriptionSchema.parse({
      ...{ schemaVersion: 1, title: 'Own', split: 'test', samples: 3, skipped: 0 },
      settings: {
        ...{
          benchmark: 'own',
          dataDir,
          asPublished: false,
          allowWithheldTruth: false,
          subtitles: false,
          shard,
        },
        roles: ['grounder', 'answerer'],
        temperature: 0.5,
        seed: 7,
        search: { mode: 'windows' },
        speed: 'fast',
      },
      benchmarkSettings: { kind: 'grounded-answers', promptStyle: 'mcq', roundingUnitSec: 0.1 },
      model: {
        ...{ name: 'toy', path: '/toy', checksum: 'c', precision: 'int8', device: 'cpu', roles: [] },
        toy: true,
      },
      provenance: {
        ...{ programVersion: '1.0.0', begunAt: '2026-01-02T03:04:05.000Z', processor: 'p', threads: 2 },
      },
    }),
  );
  await using journal = await closing(run);
  for (const sample of samples) await journal.append(sample);
  return runPath;
}

async function closing(run: RunFolder) {
  const journal = await run.openJournal();
  return {
    append: (result: SampleResult) => journal.append(result),
    [Symbol.asyncDispose]: () => journal.close(),
  };
}

async function taken(folder: string) {
  const { window } = host;
  const told = await window.call('projectsTakeFile', { path: folder });
  const { projectId } = told;
  const { runs } = await window.call('runsList', { projectId });
  const { annotations } = await window.call('annotationsList', { projectId });
  return { told, runs, annotations };
}

test('the folder of an evaluation opens as questions with their records, right or wrong, beside the truth', async () => {
  host.engine.verdicts = [
    { id: 'one', right: false },
    { id: 'two', right: true },
    { id: 'gone', right: false },
  ];
  const folder = await writeRun([answered('one', 0), answered('two', 1), failed]);
  const preview = await host.window.call('projectsPreviewFile', { path: folder });
  expect(preview).toMatchObject({ isNew: true, name: 'Own (test), toy', missingVideos: ['gone.mp4'] });
  expect(preview.runs.added).toBe(3);

  const { told, runs, annotations } = await taken(folder);
  expect(told.missingVideos).toEqual(['gone.mp4']);
  const wrong = runs.find(({ review, state }) => review === 'rejected' && state === 'done');
  expect(wrong).toMatchObject({
    question: {
      ...{ question: 'Who runs?', options, temperature: 0.5, seed: 7, roles: ['grounder', 'answerer'] },
      ...{ search: { mode: 'windows' }, speed: 'fast' },
    },
    record: { answer: { text: 'Red' }, moment: { startSec: 4, endSec: 9 } },
    modelName: 'toy',
    note: 'Right: A: a cat; 3.0 – 9.5 s',
    createdAtMs: Date.parse('2026-01-02T03:04:05.000Z'),
  });
  expect(runs.filter(({ review }) => review === 'accepted')).toHaveLength(1);
  expect(runs.find(({ state }) => state === 'failed')).toMatchObject({
    error: { code: 'VIDEO_NOT_FOUND' },
    question: { question: 'a door opens' },
  });
  expect(annotations.filter(({ videoId }) => videoId === wrong?.question.videoId)).toMatchObject([
    { startSec: 3, endSec: 9.5, text: 'Who runs?', trackId: 'truth', provenance: 'imported', source: 'Own' },
    { startSec: 3, endSec: 9.5 },
  ]);
});

test('an evaluation that is opened again brings what is new alone, wherever its folder lies now', async () => {
  const folder = await writeRun([answered('one', 0), failed]);
  const first = await taken(folder);
  await writeRun([answered('one', 0), failed, answered('two', 1)]);
  const moved = path.join(host.folder, 'elsewhere');
  await rename(folder, moved);
  const second = await taken(moved);
  expect(second.told).toMatchObject({ projectId: first.told.projectId, isNew: false, conflicts: 0 });
  expect(second.told.runs).toEqual({ added: 1, changed: 0, removed: 0 });
  expect(second.runs).toHaveLength(3);
});

test('a run of before runs said when they were begun is as old as its description', async () => {
  const folder = await writeRun([answered('one', 0)]);
  const descriptionPath = path.join(folder, 'run.json');
  const description = JSON.parse(await readFile(descriptionPath, 'utf8')) as Record<string, unknown>;
  delete description['provenance'];
  await writeFile(descriptionPath, JSON.stringify(description));
  const writtenAt = new Date('2025-06-07T08:09:10.000Z');
  await utimes(descriptionPath, writtenAt, writtenAt);
  const { runs, annotations } = await taken(folder);
  expect(runs[0]).toMatchObject({ createdAtMs: writtenAt.getTime(), startedAtMs: writtenAt.getTime() });
  expect(annotations[0]).toMatchObject({ createdAtMs: writtenAt.getTime() });
});

test.each([
  ['a time that no run takes', { timings: { totalSec: -1e12 } }],
  [
    'a role that its model does not have',
    { record: { ...scriptedRecord('Q'), roles: ['reasoner' as const] } },
  ],
])('%s in a strange run is refused, and nothing of it is taken over', async (_what, strange) => {
  const folder = await writeRun([answered('one', 0), { ...answered('two', 1), ...strange }]);
  await expect(host.window.call('projectsTakeFile', { path: folder })).rejects.toMatchObject({
    code: 'PROJECT_FILE_INVALID',
  });
  expect((await host.window.call('snapshot', {})).projects).toEqual([]);
});

test('a folder without an evaluation is told so', async () => {
  await cp(path.join(host.folder, 'demo'), path.join(host.folder, 'no-run'), { recursive: true });
  await expect(
    host.window.call('projectsPreviewFile', { path: path.join(host.folder, 'no-run') }),
  ).rejects.toMatchObject({ code: 'PREDICTIONS_NOT_FOUND' });
});
