import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictionsOf, runAndKill, samplesDone } from '../host/evaluation/testing/disturbed-runs.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

let folder: string;
let undisturbed: string;
const samples = 12;

const runArgs = (out: string): string[] => [
  ...['eval', 'run', 'own', '--data', path.join(folder, 'data')],
  ...['--model', toyPackagePath, '--out', out, '--roles', 'grounder'],
];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-resume-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  await writeOwnAnnotations(path.join(folder, 'data'), samples / 4);
  const out = path.join(folder, 'undisturbed');
  await expect(runCli(runArgs(out))).resolves.toMatchObject({ code: 0 });
  undisturbed = await predictionsOf(out);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a run that was killed', () => {
  it('again and again goes on, and ends with the bytes of an undisturbed one', async () => {
    const out = path.join(folder, 'killed');
    let before = 0;
    for (const least of [1, 4, 8]) {
      const done = await runAndKill(runArgs(out), out, least);
      expect(done).toBeGreaterThanOrEqual(before);
      before = done;
    }
    // What a process that dies in the middle of a line leaves behind.
    await appendFile(path.join(out, 'results.jsonl'), '{"id":"2-3","index":11,"predic');
    const last = await runCli(runArgs(out));
    expect(last).toMatchObject({ code: 0 });
    expect(last.stderr).toContain('Going on');
    expect(await predictionsOf(out)).toBe(undisturbed);
    const lines = (await readFile(path.join(out, 'results.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(samples);
  });

  it('in its engine alone asks the sample again, and ends as if nothing had been', async () => {
    const out = path.join(folder, 'engine-killed');
    await expect(runAndKill(runArgs(out), out, 2, 'engine')).resolves.toBe(samples);
    expect(await predictionsOf(out)).toBe(undisturbed);
  });

  it('does nothing more when it is done', async () => {
    const out = path.join(folder, 'undisturbed');
    await expect(runCli(runArgs(out))).resolves.toMatchObject({ code: 0 });
    expect(await samplesDone(out)).toBe(samples);
    expect(await predictionsOf(out)).toBe(undisturbed);
  });
});
