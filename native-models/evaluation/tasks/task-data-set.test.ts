import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evalTaskSchema } from '../../protocol/eval-task.ts';
import { openBenchmark } from '../benchmarks/open-benchmark.ts';
import type { BenchmarkSample, SkippedSample } from '../benchmarks/benchmark.ts';
import { builtInTasks } from './built-in-tasks.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'task-'));
  await mkdir(path.join(dataDir, 'films'));
  for (const name of ['a', 'b']) await writeFile(path.join(dataDir, 'films', `${name}.mp4`), '');
});
afterEach(() => rm(dataDir, { recursive: true }));

const sample = { video: 'films/{film}.mp4', question: 'text', options: 'choices', answer: 'right' };

/** What a task of these fields reads of files with these contents. */
async function read(
  fields: object,
  files: Readonly<Record<string, string>>,
  split?: 'valid',
): Promise<(BenchmarkSample | SkippedSample)[]> {
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(dataDir, name), content);
  const [first = ''] = Object.keys(files);
  const task = evalTaskSchema.parse({ task: 'mine', splits: { test: first }, sample, ...fields });
  const benchmark = await openBenchmark(task, {
    ...{ dataDir, allowWithheldTruth: true },
    ...(split !== undefined && { split }),
  });
  return Array.fromAsync(benchmark.samples());
}

const item = { film: 'a', text: 'Who  jumps?', choices: ['cat', 'dog'], right: 'dog' };

describe('a task reads', () => {
  test('a list, lines, an object and a table of the same annotations as the same samples', async () => {
    const columns = { options: ['one', 'two'] };
    const [list] = await read({}, { 'q.json': JSON.stringify([item]) });
    const [lines] = await read({}, { 'q.jsonl': `${JSON.stringify(item)}\n` });
    const [keyed] = await read({ form: 'object' }, { 'q2.json': JSON.stringify({ x: item }) });
    const rows = 'film;text;one;two;right\na;Who  jumps?;cat;dog;dog\n';
    const [table] = await read({ sample: { ...sample, ...columns } }, { 'q.csv': rows });
    const expected = {
      ...{ kind: 'sample', source: 'mine', question: 'Who  jumps?', options: ['cat', 'dog'] },
      ...{ answer: 'dog', answerLetter: 'B', videoPath: path.join(dataDir, 'films/a.mp4') },
    };
    for (const one of [list, lines, keyed, table]) expect(one).toMatchObject(expected);
  });

  test('fields within others, several samples of an item, names of files and items', async () => {
    const nested = { film: 'b', meta: { topic: 'x' }, qa: [{ q: 'first' }, { q: 'second', right: 'no' }] };
    const fields = {
      each: 'qa',
      form: 'object',
      sample: {
        ...{ id: '{@file}-{@key}-{q}', video: 'films/{film}.mp4', question: '{q}: is it so?' },
        ...{
          options: { always: ['yes', 'no'] },
          answer: 'right?',
          category: 'meta.topic',
          extra: { film: 'film' },
        },
      },
    };
    expect(await read(fields, { 'q.json': JSON.stringify({ k: nested }) })).toMatchObject([
      { id: 'q-k-first', question: 'first: is it so?', categories: ['x'], extra: { film: 'b' } },
      { id: 'q-k-second', answerLetter: 'B' },
    ]);
  });

  test('times of tables as people write them, and lengths of a file of their own', async () => {
    const moments = {
      sample: {
        ...{ video: 'films/{film}.mp4', query: 'text', duration: { of: 'film', in: 'lengths.json' } },
        moments: { start: 'from', end: 'to' },
      },
    };
    const rows = 'film,text,from,to\na,a cat,1:05,"70,5"\nb,a dog,1,2\n';
    const items = await read(moments, { 'q.csv': rows, 'lengths.json': '{"a": 90}' });
    expect(items).toMatchObject([
      { spans: [[65, 70.5]], durationSec: 90, form: 'grounding' },
      { kind: 'skipped', reason: 'duration-missing', detail: 'lengths.json has no duration of b' },
    ]);
  });

  test('texts after each change in turn', async () => {
    const change = [{ match: '^Q: (.*)$' }, { before: ' (' }, { drop: 1 }, 'capitalize'];
    const changed = { sample: { ...sample, question: { from: 'text', change } } };
    const [one] = await read(changed, { 'q.json': JSON.stringify([{ ...item, text: 'Q: xwho (loud)' }]) });
    expect(one).toMatchObject({ question: 'Who' });
  });
});

test('what cannot become a sample is left out with its reason', async () => {
  const broken = [
    { ...item, film: undefined },
    { ...item, right: undefined },
    { ...item, choices: 'cat' },
    { ...item, choices: ['cat', ''] },
    { ...item, text: ['no text'] },
    'no item',
  ];
  const items = await read({}, { 'q.json': JSON.stringify(broken) });
  expect(items.map((one) => (one.kind === 'skipped' ? `${one.reason}: ${one.detail}` : 'sample'))).toEqual([
    'field-missing: film is missing',
    'answer-missing: right is missing',
    expect.stringContaining('options-invalid') as string,
    expect.stringContaining('options-invalid') as string,
    expect.stringContaining('field-invalid: text') as string,
    'field-invalid: The item is no object',
  ]);
});

test('a split whose truth is withheld is read without it', async () => {
  const splits = { valid: { files: ['q.json'], truth: 'withheld' } };
  const moments = { splits, sample: { ...sample, moments: 'spans' } };
  const [one] = await read(moments, { 'q.json': JSON.stringify([{ ...item, right: undefined }]) }, 'valid');
  expect(one).toMatchObject({ kind: 'sample', spans: null });
  expect(one).not.toHaveProperty('answer');
});

test('a task that bears the name of a benchmark and is another is refused', async () => {
  const [built] = builtInTasks;
  await expect(openBenchmark(built!, { dataDir })).resolves.toMatchObject({ key: built!.task });
  const other = { ...built!, fixed: { maxFrames: 1 } };
  await expect(openBenchmark(other, { dataDir })).rejects.toMatchObject({ code: 'TASK_INVALID' });
});
