import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileLatex, latexMissing } from '../../native-models/evaluation/testing/compile-latex.ts';
import type { EvalTable } from '../../native-models/protocol/eval-table.ts';
import { predictionsOf } from '../host/evaluation/testing/disturbed-runs.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

if (latexMissing !== undefined) process.stdout.write(`SKIPPED eval-sweep, its LaTeX: ${latexMissing}\n`);

const demo = path.join(programPath, 'assets', 'demo');
const model = path.join(demo, 'package');
let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-sweep-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  data = path.join(folder, 'data');
  await mkdir(data);
  await copyFile(path.join(demo, 'shapes-01.mp4'), path.join(data, 'clip.mp4'));
  const lines = [
    {
      ...{ id: '1', video: 'clip.mp4', question: 'Which colour is the star that goes out?' },
      ...{ options: ['yellow', 'green', 'blue', 'red'], answer: 'green', spans: [[9.04, 13.88]] },
    },
    {
      ...{ id: '2', video: 'clip.mp4', question: 'Tell me what shape the blue thing is that goes out.' },
      ...{ options: ['circle', 'triangle', 'square', 'star'], answer: 'star', spans: [[20.13, 24.32]] },
    },
  ];
  await writeFile(
    path.join(data, 'annotations.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (out: string, ...more: readonly string[]) =>
  runCli([
    ...['eval', 'run', 'own', '--data', data, '--model', model, '--out', out, '--device', 'cpu'],
    ...more,
  ]);

describe('a sweep over settings', () => {
  it('is one command, one folder of runs and one table, with each repetition’s own seed', async () => {
    const out = path.join(folder, 'sweep');
    const swept = ['--set', 'temperature=0,0.9', '--set', 'candidates=2,5', '--repeats', '3'];
    const first = await run(out, ...swept, '--json');
    expect(first.code).toBe(0);
    const table = JSON.parse(first.stdout) as EvalTable;
    expect(table.rows.map(({ name, runs, samples }) => [name, runs, samples])).toEqual([
      ['candidates=2, temperature=0', 1, 2],
      ['candidates=5, temperature=0', 1, 2],
      ['candidates=2, temperature=0.9', 3, 2],
      ['candidates=5, temperature=0.9', 3, 2],
    ]);
    for (const { runs, cells, together } of table.rows) {
      const accuracy = cells.find(({ measure }) => measure === 'Acc');
      expect(accuracy?.values).toHaveLength(runs);
      expect(accuracy?.deviation === undefined).toBe(runs === 1);
      expect(together?.passAt.map(({ k }) => k)).toEqual(runs === 1 ? undefined : [1, 2, 3]);
    }
    // One question is annotated wrongly on purpose: half is right.
    expect(table.rows[0]?.cells.find(({ measure }) => measure === 'Acc')?.mean).toBe(50);
    const names = await readdir(out);
    expect(names.filter((name) => name.startsWith('table.'))).toHaveLength(5);
    expect(names.filter((name) => name.includes('repeat='))).toHaveLength(6);
    const seeds = await Promise.all(
      [1, 2, 3].map(async (repeat) => {
        const name = `candidates=2,temperature=0.9,repeat=${repeat}`;
        const text = await readFile(path.join(out, name, 'run.json'), 'utf8');
        return (JSON.parse(text) as { settings: { seed: number } }).settings.seed;
      }),
    );
    expect(seeds).toEqual([0, 1, 2]);
  });

  it('takes over what it does not change, whatever the runs were called', async () => {
    const out = path.join(folder, 'sweep');
    const again = await run(out, '--set', 'candidates=2,3');
    expect(again.code).toBe(0);
    expect(again.stderr.match(/Going on: 2 samples were done before/g)).toHaveLength(1);
    expect(await readdir(out)).toContain('candidates=3');
    expect(await readdir(out)).not.toContain('candidates=2');
    const latex = await runCli(['eval', 'table', out, '--form', 'latex']);
    expect(latex.code).toBe(0);
    expect(latex.stdout).toContain('candidates=2, temperature=0.9 & 3 & 2 & ');
    if (latexMissing === undefined) expect((await compileLatex(latex.stdout)).complaints).toEqual([]);
  });

  it.each([
    [['--set', 'colour=1'], 'Give a setting'],
    [['--set', 'candidates=0,5'], 'candidates=0'],
    [['--set', 'candidates=5,5'], 'must differ'],
    [['--repeats', '3'], 'needs a temperature above 0'],
  ])('refuses %j before anything runs', async (options, message) => {
    const refused = await run(path.join(folder, 'refused'), ...options);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
  });

  it('refuses what only models that reason aloud take, before every sample fails', async () => {
    const refused = await run(path.join(folder, 'refused'), '--max-frames', '8');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('ARGUMENT_INVALID');
    expect(await readdir(folder)).not.toContain('refused');
  });
});

describe('a run from another machine', () => {
  it('is repeated from its file: the same bytes, though data and package lie elsewhere', async () => {
    const out = path.join(folder, 'here');
    expect(await run(out, '--temperature', '0.8', '--seed', '11', '--candidates', '3')).toMatchObject({
      code: 0,
    });
    const described = JSON.parse(await readFile(path.join(out, 'run.json'), 'utf8')) as {
      settings: object;
      provenance: object;
    };
    expect(described.settings).toMatchObject({ candidates: 3, temperature: 0.8, seed: 11, maxTokens: 256 });
    expect(described.provenance).toMatchObject({
      programVersion: expect.any(String) as string,
      threads: expect.any(Number) as number,
      processor: expect.any(String) as string,
      system: expect.any(String) as string,
    });
    const elsewhere = path.join(folder, 'elsewhere');
    await mkdir(elsewhere);
    const text = await readFile(path.join(out, 'run.json'), 'utf8');
    await writeFile(
      path.join(elsewhere, 'run.json'),
      text.replaceAll(data, '/not/here').replaceAll(model, '/neither'),
    );
    const again = path.join(folder, 'again');
    const repeated = await runCli([
      ...['eval', 'run', '--from', path.join(elsewhere, 'run.json'), '--out', again],
      ...['--data', data, '--model', model, '--device', 'cpu'],
    ]);
    expect(repeated).toMatchObject({ code: 0 });
    expect(await predictionsOf(again)).toBe(await predictionsOf(out));
    const beside = await runCli(['eval', 'run', '--from', out, '--out', path.join(folder, 'beside')]);
    expect(beside.code).toBe(0);
    expect(beside.stderr).toContain('byte for byte');
    const contradicted = await runCli([
      ...['eval', 'run', '--from', out, '--out', again, '--temperature', '0'],
    ]);
    expect(contradicted.code).toBe(2);
    expect(contradicted.stderr).toContain('leave out --temperature');
  });
});
