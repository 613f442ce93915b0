import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runMetricCommands } from './metric-commands.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'metric-'))));
afterEach(() => rm(folder, { recursive: true }));

const lines = ['a', 'b'].map((id) => ({
  key: `key-${id}`,
  line: JSON.stringify({ id, reply: id.repeat(2) }),
}));

/** Runs a program over the lines. @returns what was kept */
async function measure(script: string, items = lines, signal?: AbortSignal): Promise<unknown[]> {
  await writeFile(path.join(folder, 'measure.mjs'), script);
  const command = [process.execPath, 'measure.mjs'];
  const valuesPath = path.join(folder, 'metrics.jsonl');
  await runMetricCommands({ metrics: [{ name: 'Mine', command, items }] }, { valuesPath, folder, signal });
  const kept = await readFile(valuesPath, 'utf8');
  return kept
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const backwards = `
  import { text } from 'node:stream/consumers';
  const lines = (await text(process.stdin)).trim().split('\\n').map((line) => JSON.parse(line));
  for (const { id, reply } of lines.reverse()) {
    console.log(JSON.stringify({ id, value: id === 'a' ? reply.length / 4 : null }));
  }`;

test('a command started in the task’s folder measures each line once, in any order, and what it said is kept', async () => {
  const kept = [
    { key: 'key-a', value: 0.5 },
    { key: 'key-b', value: null },
  ];
  expect(await measure(backwards)).toEqual(kept);
  // Nothing is left to measure: a program that would fail is not even started.
  expect(await measure('process.exit(1)')).toEqual(kept);
});

describe('a command that', () => {
  test.each([
    ['fails', 'console.error("no such word list"); process.exit(3)', 'ended with 3: no such word list'],
    [
      'leaves a sample out',
      'console.log(JSON.stringify({ id: "a", value: 1 }))',
      'no line for the sample "b"',
    ],
    ['writes what is no line', 'console.log("0.5")', 'its line 1'],
    [
      'says two things of one sample',
      'for (const value of [0, 1]) console.log(JSON.stringify({ id: "a", value }))',
      'two values for the sample "a"',
    ],
    ['goes beyond 1', 'console.log(JSON.stringify({ id: "a", value: 2 }))', 'its line 1'],
  ])('%s is told of, and nothing of it is kept', async (_, script, said) => {
    await expect(measure(script)).rejects.toMatchObject({
      code: 'METRIC_FAILED',
      message: expect.stringContaining(said) as string,
    });
    expect(existsSync(path.join(folder, 'metrics.jsonl'))).toBe(false);
  });

  test('would be given two samples of one id is not started: its answers could not be told apart', async () => {
    const alike = ['yes', 'no'].map((reply) => ({ key: reply, line: JSON.stringify({ id: '', reply }) }));
    await expect(measure(backwards, alike)).rejects.toMatchObject({
      code: 'METRIC_FAILED',
      message: expect.stringContaining('two different samples have the id ""') as string,
    });
  });

  test('is not there is told of', async () => {
    const metrics = [{ name: 'Mine', command: ['no-such-program-here'], items: lines }];
    const options = { valuesPath: path.join(folder, 'metrics.jsonl'), folder };
    await expect(runMetricCommands({ metrics }, options)).rejects.toMatchObject({ code: 'METRIC_FAILED' });
  });

  test('goes on without end is ended with the run', async () => {
    const abort = new AbortController();
    const script =
      'import { writeFileSync } from "node:fs"; writeFileSync("begun", ""); setInterval(() => {}, 9e4)';
    const measuring = measure(script, lines, abort.signal);
    await expect.poll(() => existsSync(path.join(folder, 'begun')), { timeout: 20_000 }).toBe(true);
    abort.abort();
    await expect(measuring).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
