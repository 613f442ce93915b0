import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBenchmark } from '../benchmarks/open-benchmark.ts';
import { benchmarkKeys } from '../benchmarks/registry.ts';
import { makeTinyBenchmark } from '../testing/tiny-benchmarks.ts';
import { convertBenchmark } from './convert-benchmark.ts';

let folder = '';
let dataDir = '';
let out = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convert-'));
  dataDir = path.join(folder, 'data');
  out = path.join(folder, 'out');
});

afterEach(() => rm(folder, { recursive: true }));

async function readLines(filePath: string): Promise<unknown[]> {
  const text = await readFile(filePath, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('each data set becomes the form that its role is trained on', () => {
  test.each(benchmarkKeys)('%s, every sample of it', async (key) => {
    await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
    const benchmark = await openBenchmark(key, { dataDir });
    const samples = await Array.fromAsync(benchmark.samples());
    const report = await convertBenchmark(key, dataDir, out);
    expect(report.skipped).toEqual([]);
    // A verifying item holds the three guesses of its query.
    expect(report.written * (report.form === 'verifying' ? 3 : 1)).toBe(samples.length);
    expect(await readdir(out)).toEqual([path.basename(report.path)]);
  });

  test('grounding lines are those of QVHighlights', async () => {
    await makeTinyBenchmark('qvhighlights', dataDir, { split: 'train', clips: 'empty' });
    const { path: file } = await convertBenchmark('qvhighlights', dataDir, out, { split: 'train' });
    expect((await readLines(file))[0]).toEqual({
      vid: 'clip_a',
      qid: 100,
      query: 'a counter starts',
      duration: 8,
      relevant_windows: [[0, 4]],
      video_path: 'data/qvhighlights/videos_3fps_480_noaudio/clip_a.mp4',
      source: 'qvhighlights',
    });
  });

  test('grounding lines of one set are read as another’s', async () => {
    await makeTinyBenchmark('charades_sta', dataDir, { clips: 'empty' });
    const { path: file } = await convertBenchmark('charades_sta', dataDir, out);
    await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
    await writeFile(path.join(dataDir, 'tacos/test.jsonl'), await readFile(file));
    const tacos = await openBenchmark('tacos', { dataDir });
    const samples = await Array.fromAsync(tacos.samples());
    expect(samples.map((item) => (item.kind === 'sample' ? item : item.sample)?.spans)).toEqual([
      ...[[[0, 3]], [[2, 6.5]], [[1, 4]]],
    ]);
  });

  test('verifying lists and plans come back as they were', async () => {
    for (const key of ['tacos_verify_2b', 'mixed_planning']) {
      await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
      const before = await Array.fromAsync((await openBenchmark(key, { dataDir })).samples());
      const { path: file } = await convertBenchmark(key, dataDir, out);
      const [annotations = ''] = (await openBenchmark(key, { dataDir })).annotationFiles;
      await writeFile(path.join(dataDir, annotations), await readFile(file));
      expect(await Array.fromAsync((await openBenchmark(key, { dataDir })).samples())).toEqual(before);
    }
  });

  test('cropped answering shows 16 s around the moment, or the whole of a shorter video', async () => {
    await makeTinyBenchmark('rextime_crop', dataDir, { split: 'train', clips: 'empty' });
    await writeFile(path.join(dataDir, 'qvhighlights/durations.json'), '{"clip_b": 150}');
    const { path: file } = await convertBenchmark('rextime_crop', dataDir, out);
    expect(await readLines(file)).toMatchObject([
      { answer: 'A counter', ans: 'A', span: [[0, 3]], crop: [0, 8] },
      { crop: [0, 8] },
      { span: [[1, 4]], crop: [0, 16] },
    ]);
  });
});

describe('what is left out is counted', () => {
  test('samples of other lengths than the published runs take, unless all are wanted', async () => {
    await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
    const filter = { minVideoSec: 9, maxVideoSec: 500, maxWords: 200 };
    expect(await convertBenchmark('tacos', dataDir, out, { filter })).toMatchObject({
      written: 0,
      skipped: [{ kind: 'filtered-out', count: 3 }],
    });
    expect(await convertBenchmark('tacos', dataDir, out, { filter: 'none', force: true })).toMatchObject({
      written: 3,
    });
  });

  test('texts of too many words', async () => {
    await makeTinyBenchmark('star', dataDir, { clips: 'empty' });
    const filter = { minVideoSec: 5, maxVideoSec: 500, maxWords: 7 };
    expect(await convertBenchmark('star', dataDir, out, { filter })).toMatchObject({
      written: 0,
      skipped: [{ kind: 'filtered-out', count: 3 }],
    });
  });

  test('samples without videos, unless they are wanted too', async () => {
    await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
    await rm(path.join(dataDir, 'tacos/videos_3fps_480_noaudio'), { recursive: true });
    expect(await convertBenchmark('tacos', dataDir, out)).toMatchObject({
      written: 0,
      skipped: [{ kind: 'video-missing', count: 3 }],
    });
    const options = { withoutVideos: true, force: true };
    expect(await convertBenchmark('tacos', dataDir, out, options)).toMatchObject({ written: 3, skipped: [] });
  });

  test('a form that the samples say nothing about', async () => {
    await makeTinyBenchmark('videomme', dataDir, { clips: 'empty' });
    expect(await convertBenchmark('videomme', dataDir, out, { form: 'grounding' })).toMatchObject({
      written: 0,
      skipped: [{ kind: 'spans-missing', count: 3 }],
    });
  });
});

test('a file that is there is kept, and a failed conversion leaves nothing', async () => {
  await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
  await convertBenchmark('tacos', dataDir, out);
  await expect(convertBenchmark('tacos', dataDir, out)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  await makeTinyBenchmark('youcook2', dataDir, { clips: 'empty' });
  await writeFile(path.join(dataDir, 'youcook2/youcookii_annotations_trainval.json'), '{');
  await expect(convertBenchmark('youcook2', dataDir, out)).rejects.toMatchObject({
    code: 'ANNOTATIONS_INVALID',
  });
  expect(await readdir(out)).toEqual(['tacos_test_grounding.jsonl']);
});

test('one’s own annotations are read from JSONL and CSV alike', async () => {
  await makeTinyBenchmark('own', dataDir, { clips: 'empty' });
  const fromLines = await Array.fromAsync((await openBenchmark('own', { dataDir })).samples());
  await rm(path.join(dataDir, 'annotations.jsonl'));
  await writeFile(
    path.join(dataDir, 'annotations.csv'),
    [
      'video,question,options,answer,start,end,duration,category',
      'clip_a.mp4,what is shown in part 1?,a counter|a dog|a river|a house|a train,a counter,0,3,8,tiny',
      'clip_b.mp4,,,,1,4,,',
    ].join('\n'),
  );
  const fromCsv = await Array.fromAsync((await openBenchmark('own', { dataDir })).samples());
  expect(fromLines[0]).toMatchObject({
    ...fromCsv[0],
    id: 'annotations.jsonl#1',
    place: { file: 'annotations.jsonl', position: 1 },
  });
  expect(fromCsv[1]).toMatchObject({ kind: 'skipped', reason: 'field-invalid' });
});

test('one’s own texts are asked as they are written, and trained on as the reference cleans them', async () => {
  await makeTinyBenchmark('own', dataDir, { clips: 'empty' });
  const question = ' Which one?\nA. a dog\nB. a river ';
  const query = '..a dog  runs.';
  const lines = [
    { video: 'clip_a.mp4', question, options: ['a dog', 'a river'], answer: 'a dog' },
    { video: 'clip_a.mp4', query, spans: [[1, 4]], duration: 8 },
  ];
  await writeFile(
    path.join(dataDir, 'annotations.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  const samples = await Array.fromAsync((await openBenchmark('own', { dataDir })).samples());
  expect(samples).toMatchObject([{ question, query: question }, { query }]);
  const { path: written } = await convertBenchmark('own', dataDir, out, { form: 'grounding' });
  expect(await readLines(written)).toMatchObject([{ query: 'a dog runs' }]);
});
