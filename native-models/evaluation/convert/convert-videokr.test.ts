import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { convertVideoKrChats, convertVideoKrRows } from './convert-videokr.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videokr-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(...items: readonly unknown[]): Promise<string> {
  const file = path.join(folder, 'lines.jsonl');
  await writeFile(
    file,
    items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n'),
  );
  return file;
}

const line = {
  id: 'k1',
  question: 'What turns?',
  options: ['A. a wheel', 'B. a door'],
  think: 'It is round.',
  solution: '<answer>A</answer>',
  video_path: 'videos/one.mp4',
  problem_type: 'multiple-choice',
};

test('a line becomes a chat that begins with its video', async () => {
  const file = await write(line);
  const { paths, written } = await convertVideoKrChats(file, folder);
  expect(written).toBe(1);
  const [chat] = JSON.parse(await readFile(paths[0]!, 'utf8')) as { messages: { content: string }[] }[];
  expect(chat).toMatchObject({
    videos: ['videos/one.mp4'],
    messages: [{ role: 'user' }, { role: 'assistant' }],
  });
  expect(chat!.messages[0]!.content).toMatch(/^<video>What turns\?\nA\. a wheel\nB\. a door\n/);
  expect(chat!.messages[1]!.content).toBe('<think>It is round.</think>\n<answer>A</answer>');
});

test('lines without reasoning or answer are left out and counted, broken ones named', async () => {
  const file = await write(
    { ...line, think: '' },
    { ...line, solution: null },
    '{"question"',
    { ...line, question: 7 },
    { ...line, video_path: undefined, file_name: 'two.mp4' },
  );
  expect(await convertVideoKrChats(file, folder)).toMatchObject({
    written: 1,
    skipped: [
      { kind: 'answer-missing', count: 2 },
      { kind: 'broken-line', count: 1, examples: [{ place: { position: 3 } }] },
      { kind: 'field-invalid', count: 1 },
    ],
  });
});

test('rows for reinforcement learning, with as many drawn for validation', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => ({
    ...line,
    id: index,
    solution: `answer ${index}`,
  }));
  const file = await write(...lines, { ...line, problem_type: 'free-form', options: null });
  const report = await convertVideoKrRows(file, folder, { validationRows: 5 });
  expect(report).toMatchObject({ written: 21, validation: 5, skipped: [] });
  const [train, validation] = await Promise.all(
    report.paths.map(async (name) => parquetReadObjects({ file: await asyncBufferFromFile(name) })),
  );
  expect(validation).toHaveLength(5);
  const rows = [...train!, ...validation!];
  expect(new Set(rows.map((row) => (row['extra_info'] as { problem_id: string }).problem_id)).size).toBe(21);
  const open = rows.find((row) => (row['extra_info'] as { problem_id: string }).problem_id === 'k1');
  expect(open).toMatchObject({
    data_source: 'videokr',
    prompt: [{ role: 'user', content: expect.stringMatching(/^<video>What turns\?/) as string }],
    videos: [
      {
        video: 'videos/one.mp4',
        fps: 2n,
        max_frames: 128n,
        min_frames: 4n,
        min_pixels: 100352n,
        max_pixels: 100352n,
      },
    ],
    reward_model: { style: 'rule', ground_truth: '<answer>A</answer>' },
    extra_info: { problem_type: 'open-ended', answer: 'A', index: 20n },
  });
  await convertVideoKrRows(file, path.join(folder, 'again'), { validationRows: 5 });
  const again = await parquetReadObjects({
    file: await asyncBufferFromFile(path.join(folder, 'again/val.parquet')),
  });
  expect(again).toEqual(validation);
});
