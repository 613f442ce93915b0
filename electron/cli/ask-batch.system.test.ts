import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { programPath } from '../host/paths.ts';
import type { BatchResult } from './batch-results.ts';
import { toyPackagePath } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
const options = ['red', 'blue'];
let folder: string;
let questions: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-batch-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  questions = path.join(folder, 'questions.jsonl');
  const lines = [
    { id: 'open', video: clip, question: 'When does it rise?', roles: ['grounder', 'verifier'] },
    '{"video": "broken',
    { id: 7, video: clip, question: 'What colour is it?', options, candidates: 2 },
    { id: 'gone', video: path.join(folder, 'later.mp4'), question: 'What is here?' },
    { id: 'misused', video: clip, question: 'Who?', windowSec: 4 },
    { id: 'misspelt', video: clip, question: 'Who?', candidate: 4 },
  ];
  const written = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  await writeFile(questions, written.join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const batch = (...more: readonly string[]) =>
  runCli(['ask', '--batch', questions, '--model', toyPackagePath, '--device', 'cpu', ...more]);
const parsed = (text: string): BatchResult[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BatchResult);

/** What a record says, without when it was asked and how long it took. */
const said = (record: RunRecord | undefined): object => ({
  ...record,
  ...{ timings: {}, tokens: {}, provenance: {} },
});

describe('ask --batch', () => {
  it('answers as `ask` does, a line each in the order of asking; what fails is a line, and the exit code says so', async () => {
    const { code, stdout, stderr } = await batch();
    const results = parsed(stdout);
    expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
      ['open', undefined],
      ['3', 'ARGUMENT_INVALID'],
      ['7', undefined],
      ['gone', 'VIDEO_NOT_FOUND'],
      ['misused', 'ARGUMENT_INVALID'],
      ['misspelt', 'ARGUMENT_INVALID'],
    ]);
    expect(results[1]?.error?.message).toContain('Line 3 is not JSON');
    expect(results[5]?.error?.message).toContain('candidate');
    expect([code, stderr]).toEqual([1, expect.stringContaining('4 of 6') as string]);
    const single = await runCli([
      ...['ask', clip, 'What colour is it?', '--model', toyPackagePath, '--device', 'cpu', '--json'],
      ...['--candidates', '2', ...options.flatMap((option) => ['--option', option])],
    ]);
    expect(said(results[2]?.record)).toEqual(said(JSON.parse(single.stdout) as RunRecord));
  });

  it('goes on with what is kept: answered questions are not asked again, failed and changed ones are', async () => {
    const out = path.join(folder, 'answers.jsonl');
    expect((await batch('--out', out)).code).toBe(1);
    const first = await readFile(out, 'utf8');
    const [, , choice] = parsed(first);
    // The process was killed while it wrote, and the video came.
    await writeFile(out, first.slice(0, first.indexOf('\n', first.indexOf('"id":"7"')) - 20));
    await writeFile(path.join(folder, 'later.mp4'), await readFile(clip));
    const again = await batch('--out', out);
    const kept = await readFile(out, 'utf8');
    expect(again.stdout).toBe(kept);
    const results = parsed(kept);
    expect(results.map(({ id, error }) => [id, error === undefined])).toEqual([
      ...[
        ['open', true],
        ['3', false],
        ['7', true],
      ],
      ...[
        ['gone', true],
        ['misused', false],
        ['misspelt', false],
      ],
    ]);
    expect(kept.split('\n')[0]).toBe(first.split('\n')[0]);
    expect(said(results[2]?.record)).toEqual(said(choice?.record));
    expect(results[2]?.record?.provenance).not.toEqual(choice?.record?.provenance);
    const changed = await batch('--out', out, '--temperature', '0.5', '--seed', '3');
    expect(parsed(changed.stdout)[0]?.record?.settings).toMatchObject({ temperature: 0.5, seed: 3 });
  });

  it('writes into no file of something else, asks nothing where an id stands twice, and stops without a model', async () => {
    const notes = path.join(folder, 'notes.txt');
    await writeFile(notes, 'my notes');
    expect(await batch('--out', notes)).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: expect.stringContaining('OUTPUT_EXISTS') as string,
    });
    expect(await readFile(notes, 'utf8')).toBe('my notes');
    const twice = path.join(folder, 'twice.jsonl');
    const line = JSON.stringify({ id: 'a', video: clip, question: 'Who?' });
    await writeFile(twice, `${line}\n${line}\n`);
    const doubled = await runCli(['ask', '--batch', twice, '--model', toyPackagePath]);
    expect(doubled).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('twice') as string,
    });
    const unmodelled = await runCli(['ask', '--batch', questions, '--model', folder]);
    expect(unmodelled).toMatchObject({ code: 1, stdout: '' });
    for (const beside of [['--start', '1'], ['--trace', 't.json'], [clip]])
      expect(await batch(...beside)).toMatchObject({ code: 2, stdout: '' });
    const alone = await runCli(['ask', clip, 'Who?', '--model', toyPackagePath, '--out', notes]);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--batch') as string });
  });
});
