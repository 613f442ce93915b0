import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalComparison, EvalReport } from '../../native-models/protocol/eval-report.ts';
import { predictionsOf } from '../host/evaluation/testing/disturbed-runs.ts';
import { programPath } from '../host/paths.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

const execute = promisify(execFile);

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-run-'));
  data = path.join(folder, 'data');
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const evalRun = (name: string, dataDir: string, out: string, ...more: readonly string[]) =>
  runCli(['eval', 'run', name, '--data', dataDir, '--model', toyPackagePath, '--out', out, ...more]);

async function writeTiny(...keys: readonly string[]): Promise<void> {
  const script = path.join(programPath, 'native-models', 'evaluation', 'testing', 'write-tiny-benchmark.ts');
  await execute(process.execPath, [script, data, ...keys]);
}

describe('a benchmark from its files to its report', () => {
  it.each(['nextgqa', 'qvhighlights', 'videomme'])('%s', async (key) => {
    await writeTiny(key);
    const inspected = await runCli(['eval', 'inspect', key, '--data', data]);
    expect(inspected).toMatchObject({ code: 0, stderr: '' });
    expect(inspected.stdout).toContain('Ready to run.');

    const out = path.join(folder, key);
    const run = await evalRun(key, data, out, '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ failed: 0, trustworthy: true });

    const reported = await runCli(['eval', 'report', out, '--json']);
    expect(reported).toMatchObject({ code: 0 });
    const report = JSON.parse(reported.stdout) as EvalReport;
    expect(report.figures.length).toBeGreaterThan(0);
    const asPublished = report.figures.filter(({ name }) => name !== 'Acc, read forgivingly');
    expect(asPublished.every(({ published }) => published.length > 0)).toBe(true);
    const page = await readFile(path.join(out, 'report.html'), 'utf8');
    expect(page).toContain('prefers-color-scheme: dark');
    // QVHighlights' own measures have no ranges, and the report says why.
    expect(page.includes('A figure without a range')).toBe(key === 'qvhighlights');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(await readFile(path.join(out, 'report.csv'), 'utf8')).toContain('figure,');
  });

  it('writes what the published scorers read', async () => {
    const predictions = path.join(folder, 'nextgqa', 'predictions');
    const scored = await runCli(['eval', 'score', predictions, '--benchmark', 'nextgqa', '--json']);
    expect(scored).toMatchObject({ code: 0, stderr: '' });
    const submission = path.join(folder, 'submission.jsonl');
    const args = ['eval', 'export', path.join(folder, 'qvhighlights'), '--to', 'qvhighlights'];
    await expect(runCli([...args, '--out', submission])).resolves.toMatchObject({ code: 0 });
    const annotations = path.join(data, 'qvhighlights', 'highlight_val_release.jsonl');
    const rescored = await runCli([
      ...['eval', 'score', submission, '--benchmark', 'qvhighlights'],
      ...['--annotations', annotations, '--json'],
    ]);
    expect(JSON.parse(rescored.stdout)).toHaveProperty(['metrics', 'brief', 'MR-full-R1@0.5']);
  });
});

describe('a run', () => {
  it('records failed samples with their error, counts them as wrong and says so', async () => {
    const own = path.join(folder, 'own');
    await writeOwnAnnotations(own, 1);
    await rm(path.join(own, 'clip-0.mp4'));
    await appendFile(path.join(own, 'clip-0.mp4'), 'no video');
    const annotations = path.join(own, 'annotations.jsonl');
    await appendFile(annotations, '{"video": "gone.mp4", "query": "a", "spans": [[0, 1]]}\n{"video": "bro\n');
    const out = path.join(folder, 'failing');
    const run = await evalRun('own', own, out);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('samples-failed: 5 of 5 samples failed and count as wrong');
    expect(run.stderr).toContain('broken-line: 1 annotation cannot be run');
    const reported = await runCli(['eval', 'report', out, '--json']);
    expect(reported.code).toBe(3);
    const report = JSON.parse(reported.stdout) as EvalReport;
    expect(report).toMatchObject({ trustworthy: false, facts: { failed: 5, skipped: 1 } });
    expect(report.score.coverage).toMatchObject({
      grounding: { scored: 5, failed: 5 },
      answers: { scored: 2 },
    });
    expect(report.worstCases[0]?.error).toBeDefined();
  });

  it('asks failed samples again when it is gone on with: a video that is there now counts', async () => {
    const own = path.join(folder, 'own-completed');
    await writeOwnAnnotations(own, 2);
    const whole = path.join(folder, 'completed-whole');
    const grounderAlone = ['--roles', 'grounder'];
    await expect(evalRun('own', own, whole, ...grounderAlone)).resolves.toMatchObject({ code: 0 });
    await rename(path.join(own, 'clip-1.mp4'), path.join(folder, 'away.mp4'));
    const out = path.join(folder, 'completed');
    const first = await evalRun('own', own, out, ...grounderAlone);
    expect(first.code).toBe(3);
    expect(first.stderr).toContain('4 of 8 samples failed');
    expect(first.stderr).toContain('the same command asks them again');
    await rename(path.join(folder, 'away.mp4'), path.join(own, 'clip-1.mp4'));
    const second = await evalRun('own', own, out, ...grounderAlone);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('Going on: 4 samples were done before; 4 that failed are asked again.');
    expect(await predictionsOf(out)).toBe(await predictionsOf(whole));
  });

  it('tells once what had to be supposed of annotations and videos, and so does its report; the figures stand', async () => {
    const own = path.join(folder, 'own-supposed');
    await writeOwnAnnotations(own, 1);
    await rm(path.join(own, 'annotations.jsonl'));
    const clip = path.join(own, 'clip-0.mp4');
    await appendFile(clip, await readFile(clip));
    const rows = 'video;query;start;end;Ort\nclip-0.mp4;Würfel;1,5;4;Köln\nclip-0.mp4;Kreis;5;6,5;Köln\n';
    await writeFile(path.join(own, 'annotations.csv'), Buffer.from(rows, 'latin1'));
    const out = path.join(folder, 'supposed');
    const run = await evalRun('own', own, out, '--roles', 'grounder');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('2 × annotations-assumed; first: annotations.csv, 2: the file does not say');
    expect(run.stderr).toContain('2 × VIDEO_MORE_BEHIND; first: ');
    const report = JSON.parse((await runCli(['eval', 'report', out, '--json'])).stdout) as EvalReport;
    expect(report).toMatchObject({
      trustworthy: true,
      doubts: expect.arrayContaining([
        {
          code: 'annotations-assumed',
          message: expect.stringContaining('windows-1252') as string,
          spoils: false,
        },
        {
          code: 'VIDEO_MORE_BEHIND',
          message: expect.stringContaining('2 × VIDEO_MORE_BEHIND; first: ') as string,
          spoils: false,
        },
      ]) as unknown,
    });
  });

  it('in shards gives the predictions of a whole run, and refuses to go on with other settings', async () => {
    const own = path.join(folder, 'own-shards');
    await writeOwnAnnotations(own, 2);
    const grounderAlone = ['--roles', 'grounder'];
    const whole = path.join(folder, 'whole');
    const shards = path.join(folder, 'shards');
    await expect(evalRun('own', own, whole, '--workers', '2', ...grounderAlone)).resolves.toMatchObject({
      code: 0,
    });
    await expect(evalRun('own', own, shards, '--shard', '0/2', ...grounderAlone)).resolves.toMatchObject({
      code: 0,
    });
    const unfinished = await runCli(['eval', 'report', shards]);
    expect(unfinished.code).toBe(3);
    expect(unfinished.stdout).toContain('1 shard was never begun');
    await expect(evalRun('own', own, shards, '--shard', '1/2', ...grounderAlone)).resolves.toMatchObject({
      code: 0,
    });
    const compared = await runCli(['eval', 'compare', whole, shards, '--json']);
    expect(compared).toMatchObject({ code: 0 });
    const comparison = JSON.parse(compared.stdout) as EvalComparison;
    expect(comparison).toMatchObject({ shared: 8, onlyA: 0, onlyB: 0 });
    expect(comparison.figures.every(({ difference, pValue }) => difference === 0 && pValue === 1)).toBe(true);
    expect(await readdir(path.join(shards, 'predictions'))).toEqual(['output_0.json', 'output_1.json']);

    const other = await evalRun('own', own, whole);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('OUTPUT_EXISTS');
    expect(other.stderr).toContain('roles was');
  });

  it('is refused before it where none of its samples could be run, and in a folder of other things', async () => {
    const own = path.join(folder, 'own-roles');
    await writeOwnAnnotations(own, 1);
    await writeFile(
      path.join(own, 'annotations.jsonl'),
      '{"video": "clip-0.mp4", "query": "a", "spans": [[0, 1]]}\n',
    );
    const out = path.join(folder, 'idle');
    const idle = await evalRun('own', own, out, '--roles', 'answerer');
    expect(idle).toMatchObject({ code: 1 });
    expect(idle.stderr).toContain('ROLES_INVALID');
    expect(existsSync(out)).toBe(false);
    const among = await evalRun('own', own, own, '--roles', 'grounder');
    expect(among.stderr).toContain('holds other things');
    expect(await readdir(own)).toEqual(['annotations.jsonl', 'clip-0.mp4']);
  });

  it.each([
    ['an unknown benchmark', ['charade'], 'BENCHMARK_UNKNOWN'],
    ['a split that the benchmark lacks', ['nextgqa', '--split', 'train'], 'SPLIT_UNKNOWN'],
    ['a split without truth', ['rextime', '--split', 'test'], 'TRUTH_MISSING'],
    ['annotations that are not there', ['tacos'], 'ANNOTATIONS_NOT_FOUND'],
  ])('refuses %s', async (_what, [name = '', ...more], code) => {
    const run = await evalRun(name, data, path.join(folder, 'refused'), ...more);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`${code}: `);
  });
});
