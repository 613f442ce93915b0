import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../../../native-models/protocol/errors.ts';
import { readBenchmarkName, readTaskFile, taskOf } from './read-task-file.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), 'task-file-'))));
afterAll(() => rm(folder, { recursive: true }));

const whole = {
  task: 'mine',
  splits: { test: 'q.json' },
  sample: { video: '{v}.mp4', question: 'q', options: 'o', answer: 'a' },
};

async function read(content: string): Promise<unknown> {
  const file = path.join(folder, 'mine.yaml');
  await writeFile(file, content);
  return readTaskFile(file);
}

test('YAML and JSON are read alike; a key is none of them', async () => {
  const yaml =
    'task: mine\nsplits: {test: q.json}\nsample: {video: "{v}.mp4", question: q, options: o, answer: a}\n';
  expect(await read(yaml)).toEqual(whole);
  expect(await read(JSON.stringify(whole))).toEqual(whole);
  expect(await readBenchmarkName('charades_sta')).toBe('charades_sta');
});

describe('a task file that cannot be used is refused with its name and', () => {
  test.each<[string, object, string]>([
    ['a field that is missing', { ...whole, task: undefined }, 'task: missing'],
    ['a field that is misspelt', { ...whole, sample: { ...whole.sample, vidoe: 'x' } }, 'vidoe'],
    [
      'a field within one of several forms',
      { ...whole, metrics: [{ name: 'N', use: 'bleu' }] },
      'metrics.0.use',
    ],
    ['a name of another form', { ...whole, task: 'My task' }, 'task: is small letters'],
    [
      'an expression that is none',
      { ...whole, parser: { text: '(' } },
      'parser.text: is no regular expression',
    ],
    ['a split that is none', { ...whole, defaultSplit: 'train' }, 'defaultSplit: is none of the splits'],
    ['nothing to score', { ...whole, sample: { video: 'v', question: 'q' } }, 'nothing to score'],
    ['two measures of one name', { ...whole, metrics: ['Acc', 'Acc'] }, 'metrics: have one name twice'],
  ])('%s', async (_, task, said) => {
    await expect(read(JSON.stringify(task))).rejects.toMatchObject({
      code: 'TASK_INVALID',
      message: expect.stringContaining(said) as string,
      remedy: expect.stringContaining('docs/evaluation-tasks.md') as string,
    });
    await expect(read(JSON.stringify(task))).rejects.toThrow(path.join(folder, 'mine.yaml'));
  });

  test.each([
    ['a name that occurs twice', 'task: a\ntask: b\n', 'line 2'],
    ['what is no YAML', 'task: [\n', 'is no YAML'],
    ['a tag that is unknown', 'task: !!js/function x\n', 'tag'],
    [
      'aliases without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((name, index) => `${name}: &${name} [${Array<string>(9).fill(`*${'abcd'[index]}`).join(',')}]`).join('\n')}`,
      'alias',
    ],
  ])('%s', async (_, content, said) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'TASK_INVALID',
      message: expect.stringContaining(said) as string,
    });
  });

  test('a file that is not there', async () => {
    await expect(readTaskFile(path.join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'TASK_INVALID',
    });
  });
});

test('whatever stands in it, a file is a task or is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
      try {
        taskOf('mine.yaml', content);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({ code: 'TASK_INVALID' });
      }
    }),
    { numRuns: 100 },
  );
});
