import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../../protocol/errors.ts';
import { makeTinyBenchmark } from '../testing/tiny-benchmarks.ts';
import type { BenchmarkSample, OpenBenchmarkOptions, SkippedSample } from './benchmark.ts';
import { inspectBenchmark } from './inspect-benchmark.ts';
import { openBenchmark } from './open-benchmark.ts';
import { benchmarkKeys, dataSets } from './registry.ts';

let dataDir = '';

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'bad-annotations-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

async function read(
  key: string,
  options: Omit<OpenBenchmarkOptions, 'dataDir'> = {},
): Promise<(BenchmarkSample | SkippedSample)[]> {
  const benchmark = await openBenchmark(key, { dataDir, ...options });
  return Array.fromAsync(benchmark.samples());
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const absolute = path.join(dataDir, file);
  await writeFile(absolute, change(await readFile(absolute, 'utf8')));
}

const reasons = (items: readonly (BenchmarkSample | SkippedSample)[]): string[] =>
  items.map((item) => (item.kind === 'skipped' ? item.reason : 'sample'));

describe('what is wrong with annotations is told, and the rest is read', () => {
  test('a missing video keeps its sample, which a run counts as failed', async () => {
    await makeTinyBenchmark('charades_sta', dataDir, { clips: 'empty' });
    await rm(path.join(dataDir, 'charades_sta/videos_3fps_480_noaudio/clip_b.mp4'));
    const items = await read('charades_sta');
    expect(reasons(items)).toEqual(['sample', 'sample', 'video-missing']);
    expect(items[2]).toMatchObject({ sample: { query: 'the picture moves' } });
  });

  test('broken lines, absent and wrong fields', async () => {
    await makeTinyBenchmark('tacos', dataDir, { clips: 'empty' });
    await edit('tacos/test.jsonl', (text) =>
      [
        '{"vid": "clip_a", "query"',
        '{"vid": "clip_a", "duration": 8, "relevant_windows": [[0, 3]]}',
        '{"vid": "clip_a", "query": "x", "duration": "long", "relevant_windows": [[0, 3]]}',
        '{"vid": "clip_a", "query": "x", "duration": 8}',
        '{"vid": "clip_a", "query": " . ", "duration": 8, "relevant_windows": [[0, 3]]}',
        '[1]',
        text,
      ].join('\n'),
    );
    const items = await read('tacos');
    expect(reasons(items)).toEqual([
      ...['broken-line', 'field-missing', 'field-invalid', 'spans-missing', 'field-missing', 'field-invalid'],
      ...['sample', 'sample', 'sample'],
    ]);
    expect(items[0]).toMatchObject({ place: { file: 'tacos/test.jsonl', position: 1 } });
    expect(items[2]).toMatchObject({ detail: expect.stringContaining('duration') as string });
  });

  test('an id that occurs again is told and told apart', async () => {
    await makeTinyBenchmark('qvhighlights', dataDir, { clips: 'empty' });
    await edit('qvhighlights/highlight_val_release.jsonl', (text) => text + text);
    const items = await read('qvhighlights');
    expect(items.map((item) => item.kind === 'sample' && item.id)).toEqual([
      ...['100', '101', '102', '100~2', '101~2', '102~2'],
    ]);
    expect(items[3]).toMatchObject({ notes: [{ kind: 'duplicate-id' }], extra: { qid: 100 } });
  });

  test('moments beyond the video, and inverted ones', async () => {
    await makeTinyBenchmark('charades_sta', dataDir, { clips: 'empty' });
    await edit(
      'charades_sta/charades_sta_test.txt',
      () => 'clip_a 2 9.5##late\nclip_a 5 2##turned\nclip_a 1##x\n',
    );
    const items = await read('charades_sta');
    expect(
      items.map((item) => (item.kind === 'sample' ? item.notes.map(({ kind }) => kind) : item.reason)),
    ).toEqual([['span-beyond-duration'], ['span-inverted'], 'broken-line']);
  });

  test('a CSV whose quote is never closed yields what came before it', async () => {
    await makeTinyBenchmark('nextgqa', dataDir, { clips: 'empty' });
    await edit('nextgqa/test.csv', (text) => `${text}clip_a,"never closed`);
    const items = await read('nextgqa');
    expect(reasons(items)).toEqual(['sample', 'sample', 'sample', 'broken-line']);
  });

  test('a list that breaks off yields what is whole', async () => {
    await makeTinyBenchmark('cgbench', dataDir, { clips: 'empty' });
    await edit('cgbench/cgbench_mini.json', (text) => text.slice(0, -30));
    expect(reasons(await read('cgbench')).slice(0, 3)).toEqual(['sample', 'sample', 'broken-line']);
  });

  test('repeated options and an answer that is none of them', async () => {
    await makeTinyBenchmark('mlvu', dataDir, { clips: 'empty' });
    await edit('mlvu/json/3_ego.json', (text) => text.replace('"a dog"', '"a river"'));
    await edit('mlvu/json/4_count.json', (text) => text.replace('"answer":"a counter"', '"answer":"a boat"'));
    const items = await read('mlvu');
    expect(items[2]).toMatchObject({ notes: [{ kind: 'repeated-options' }] });
    expect(items[3]).toMatchObject({ answer: 'a boat', notes: [{ kind: 'answer-not-among-options' }] });
  });
});

describe("options of one's own questions", () => {
  const question = (options: readonly string[], answer: string): string =>
    JSON.stringify({ video: 'a.mp4', question: 'which?', options, answer });

  test('that cannot be lettered are skipped with the reason, as asking them would be refused', async () => {
    const many = Array.from({ length: 27 }, (_, index) => `o${index}`);
    await writeFile(path.join(dataDir, 'a.mp4'), 'film');
    await writeFile(
      path.join(dataDir, 'annotations.jsonl'),
      [
        question(many, 'o26'),
        question(['Yes', ''], 'Yes'),
        question(['one'], 'one'),
        question(many.slice(1), 'o26'),
      ].join('\n'),
    );
    const items = await read('own');
    expect(reasons(items)).toEqual(['options-invalid', 'options-invalid', 'options-invalid', 'sample']);
    expect(items[0]).toMatchObject({ detail: expect.stringContaining('27 options') as string });
    expect(items[3]).toMatchObject({ answerLetter: 'Z' });
  });

  test('that are letters themselves are noted', async () => {
    await writeFile(path.join(dataDir, 'a.mp4'), 'film');
    await writeFile(path.join(dataDir, 'annotations.jsonl'), question(['B', 'A'], 'A'));
    const [item] = await read('own');
    expect(item).toMatchObject({ answerLetter: 'B', notes: [{ kind: 'answer-ambiguous' }] });
  });
});

test("what had to be supposed of one's own annotations is noted once, with the first sample", async () => {
  await writeFile(path.join(dataDir, 'a.mp4'), 'film');
  const line = JSON.stringify({ video: 'a.mp4', query: 'Mann läuft', spans: [[1, 2]] });
  for (const [encoding, name] of [
    ['latin1', 'windows-1252'],
    ['utf16le', 'utf-16le'],
  ] as const) {
    await writeFile(path.join(dataDir, 'annotations.jsonl'), Buffer.from(`${line}\n${line}\n`, encoding));
    const detail = `the file does not say its encoding; it was read as ${name}`;
    expect(await read('own')).toMatchObject([
      { query: 'Mann läuft', notes: [{ kind: 'annotations-assumed', detail }] },
      { query: 'Mann läuft', notes: [] },
    ]);
  }
});

describe('what cannot be opened is refused with its code', () => {
  test.each([
    ['charades', { code: 'BENCHMARK_UNKNOWN', remedy: 'Give one of charades_sta.' }],
    ['no-such', { code: 'BENCHMARK_UNKNOWN' }],
  ])('the key %s', async (key, error) => {
    await expect(read(key)).rejects.toMatchObject(error);
  });

  test('an unknown split, by the names of those that there are', async () => {
    await expect(read('cgbench', { split: 'train' })).rejects.toMatchObject({
      code: 'SPLIT_UNKNOWN',
      remedy: 'Give one of test.',
    });
    await expect(read('cgbench', { split: 'toString' as 'test' })).rejects.toMatchObject({
      code: 'SPLIT_UNKNOWN',
    });
  });

  test.each(['rextime', 'longvideobench'])('the test split of %s, whose truth is not public', async (key) => {
    await makeTinyBenchmark(key, dataDir, { split: 'test', clips: 'empty' });
    await expect(read(key, { split: 'test' })).rejects.toMatchObject({ code: 'TRUTH_MISSING' });
    const items = await read(key, { split: 'test', allowWithheldTruth: true });
    expect(items).toHaveLength(3);
    for (const item of items) expect(item).not.toHaveProperty('answerLetter');
  });

  test('a folder without the annotations', async () => {
    await expect(read('star')).rejects.toMatchObject({ code: 'ANNOTATIONS_NOT_FOUND' });
    await expect(openBenchmark('star', { dataDir: `${dataDir}/none` })).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
    });
  });

  test.each([
    ['videomme', 'videomme/test-00000-of-00001.parquet'],
    ['queryd', 'queryd/raw_captions_combined_filtered-v2.pkl'],
    ['youcook2', 'youcook2/youcookii_annotations_trainval.json'],
  ])('%s with a file of another form', async (key, file) => {
    await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
    await writeFile(path.join(dataDir, file), '<html>Not found</html>');
    await expect(read(key)).rejects.toMatchObject({ code: 'ANNOTATIONS_INVALID' });
  });

  test('a table whose page contradicts itself, which its reader would never come back from', async () => {
    await makeTinyBenchmark('videomme', dataDir, { clips: 'empty' });
    const file = path.join(dataDir, 'videomme/test-00000-of-00001.parquet');
    const good = await readFile(file);
    const lengths = Buffer.from('1500150615001504', 'hex');
    const at = good.lastIndexOf(lengths) + lengths.length - 1;
    expect(at).toBeGreaterThanOrEqual(lengths.length);
    await writeFile(
      file,
      Buffer.concat([good.subarray(0, at), Buffer.of(0x82, 0xdf), good.subarray(at + 1)]),
    );
    await expect(read('videomme', { patienceMs: 1_000 })).rejects.toMatchObject({
      code: 'ANNOTATIONS_INVALID',
      message: expect.stringContaining('no rows came in 1 s') as string,
    });
  });

  test('reading a table can be cancelled while it is busy', async () => {
    await makeTinyBenchmark('videomme', dataDir, { clips: 'empty' });
    const abort = new AbortController();
    const reading = read('videomme', { signal: abort.signal });
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

test('the folder of the benchmark itself, given for the one above it, is told', async () => {
  await makeTinyBenchmark('charades_sta', dataDir, { clips: 'empty' });
  const inside = path.join(dataDir, 'charades_sta');
  const opened = openBenchmark('charades_sta', { dataDir: inside });
  const reading = opened.then((benchmark) => Array.fromAsync(benchmark.samples()));
  await expect(reading).rejects.toMatchObject({
    code: 'ANNOTATIONS_NOT_FOUND',
    remedy: `It lies one level up: give ${dataDir} with --data.`,
  });
});

describe('defects of the reference are repaired, and kept only where asked for', () => {
  test('TACoS valid is the validation file', async () => {
    await makeTinyBenchmark('tacos', dataDir, { split: 'valid', clips: 'empty' });
    expect(await read('tacos', { split: 'valid' })).toHaveLength(3);
    await expect(read('tacos', { split: 'valid', asPublished: true })).rejects.toMatchObject({
      code: 'ANNOTATIONS_NOT_FOUND',
    });
  });

  test.each(['videoxum', 'youcook2'])('the last caption of %s is entered once', async (key) => {
    await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
    expect(await read(key)).toHaveLength(3);
    expect(await read(key, { asPublished: true })).toHaveLength(5);
  });

  test('a folder of few pictures shows all of them', async () => {
    await makeTinyBenchmark('mvbench', dataDir, { clips: 'empty' });
    const folder = path.join(dataDir, 'mvbench/video/tvqa/frames_fps3_hq/clip_a');
    for (let picture = 11; picture <= 64; picture++) {
      await rm(path.join(folder, `${String(picture).padStart(5, '0')}.jpg`));
    }
    const [item] = await read('mvbench');
    expect(item).toMatchObject({ notes: [{ kind: 'too-few-frames' }] });
    expect(item?.kind === 'sample' && item.framePaths).toHaveLength(10);
    expect((await read('mvbench', { asPublished: true }))[0]).toMatchObject({ reason: 'field-invalid' });
  });
});

test.each(benchmarkKeys)('no damage to the annotations of %s goes unnamed', async (key) => {
  await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
  const { annotationFiles } = await openBenchmark(key, { dataDir });
  const [file = ''] = annotationFiles;
  const absolute = path.join(dataDir, file);
  const good = await readFile(absolute);
  const damage = fc.tuple(fc.nat(good.length), fc.nat(20), fc.uint8Array({ maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(damage, async ([at, cut, inserted]) => {
      await writeFile(absolute, Buffer.concat([good.subarray(0, at), inserted, good.subarray(at + cut)]));
      try {
        for (const item of await read(key, { patienceMs: 1_000 })) {
          if (item.kind === 'skipped') expect(item.detail).not.toBe('');
          else expect(item.question ?? item.query).not.toBe('');
        }
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({
          code: expect.stringMatching(/^ANNOTATIONS_(INVALID|NOT_FOUND)$/) as string,
        });
      }
    }),
    { numRuns: 25 },
  );
});

/** Key to the other cells of its row in the document. */
const documentedRows = new Map(
  readFileSync(new URL('../../../docs/data-sets.md', import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line): [string, string[]][] => {
      const [, key, ...cells] = line.split('|').map((cell) => cell.trim());
      const name = /^`(\w+)`$/.exec(key ?? '')?.[1];
      return name === undefined ? [] : [[name, cells]];
    }),
);

describe('an inspection', () => {
  test.each(benchmarkKeys)('of a whole tiny %s finds nothing to object to', async (key) => {
    await makeTinyBenchmark(key, dataDir, { clips: 'empty' });
    const found = await inspectBenchmark(key, dataDir);
    expect(found).toMatchObject({ trustworthy: true, skipped: [] });
    expect(found.samples.runnable).toBeGreaterThan(1);
    expect(found.videos.found).toBe(found.videos.needed);
  });

  test.each([...dataSets.values()])('of $key looks where docs/data-sets.md says', (set) => {
    const files = Object.entries(set.splits).map(([name, split]) => {
      const [first = ''] = split.files;
      const listed = split.files.map((file) => `\`${file}\``).join(', ');
      const named =
        split.files.length > 4 ? `\`${path.dirname(first)}/\` (${split.files.length} files)` : listed;
      return `${name === set.defaultSplit ? `**${name}**` : `_${name}_`} ${named}`;
    });
    expect(documentedRows.get(set.key)?.slice(0, 2)).toEqual([set.title, files.join('; ')]);
  });

  test('names what is missing and counts why samples would be left out', async () => {
    await makeTinyBenchmark('cgbench', dataDir, { clips: 'empty' });
    await rm(path.join(dataDir, 'cgbench/videos_3fps_480_noaudio/clip_a.mp4'));
    await edit('cgbench/durations.json', () => '{"clip_a": 8}');
    expect(await inspectBenchmark('cgbench', dataDir)).toMatchObject({
      samples: { read: 3, runnable: 0, withoutVideo: 2 },
      videos: { needed: 1, found: 0, missingExamples: ['cgbench/videos_3fps_480_noaudio/clip_a.mp4'] },
      skipped: [
        { kind: 'video-missing', count: 2, affectsFigures: true, countsAsFailed: true },
        { kind: 'duration-missing', count: 1, affectsFigures: true, countsAsFailed: false },
      ],
      trustworthy: false,
    });
  });

  test('of one’s own annotations misses no table beside the lines that are there', async () => {
    await makeTinyBenchmark('own', dataDir, { clips: 'empty' });
    const { files } = await inspectBenchmark('own', dataDir);
    expect(files).toEqual([expect.objectContaining({ file: 'annotations.jsonl', found: true })]);
  });

  test('of the first samples takes the same ones whether their videos are there or not', async () => {
    await makeTinyBenchmark('charades_sta', dataDir, { clips: 'empty' });
    const whole = await inspectBenchmark('charades_sta', dataDir, { limit: 2 });
    expect(whole.samples).toMatchObject({ runnable: 2, withoutVideo: 0 });
    await rm(path.join(dataDir, 'charades_sta/videos_3fps_480_noaudio/clip_a.mp4'));
    const { samples } = await inspectBenchmark('charades_sta', dataDir, { limit: 2 });
    expect(samples.withoutVideo).toBeGreaterThan(0);
    expect(samples.runnable + samples.withoutVideo).toBe(2);
  });

  test('of what is left out by definition does not doubt the figures', async () => {
    await makeTinyBenchmark('qvhighlights_single', dataDir, { clips: 'empty' });
    await edit('qvhighlights/highlight_train_release.jsonl', (text) =>
      text.replace('"relevant_windows":[[0,4]]', '"relevant_windows":[[0,4],[6,8]]'),
    );
    expect(await inspectBenchmark('qvhighlights_single', dataDir)).toMatchObject({
      skipped: [{ kind: 'several-spans', count: 1, affectsFigures: false }],
      trustworthy: true,
    });
  });

  test('of a split without truth, and of no annotations at all, says so', async () => {
    expect(await inspectBenchmark('star', dataDir)).toMatchObject({
      files: [{ found: false }, { found: false }],
      error: { code: 'ANNOTATIONS_NOT_FOUND' },
      trustworthy: false,
    });
    await makeTinyBenchmark('qvhighlights', dataDir, { split: 'test', clips: 'empty' });
    expect(await inspectBenchmark('qvhighlights', dataDir, { split: 'test' })).toMatchObject({
      truth: 'withheld',
      samples: { runnable: 3 },
      trustworthy: false,
    });
  });
});
