import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

/* The worked example of docs/evaluation-tasks.md, as it is printed there. */

const demo = path.join(programPath, 'assets', 'demo');
let folder = '';
let blocks: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-task-'));
  const guide = await readFile(path.join(programPath, 'docs', 'evaluation-tasks.md'), 'utf8');
  blocks = new Map(
    [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gmsu)].map(([, language = '', text = '']) => [language, text]),
  );
  await mkdir(path.join(folder, 'films'));
  for (const name of ['shapes-01.mp4', 'shapes-02.mp4']) {
    await copyFile(path.join(demo, name), path.join(folder, 'films', name));
  }
  const files = { 'questions.json': 'json', 'shapes.yaml': 'yaml', 'brief.mjs': 'js' };
  for (const [file, language] of Object.entries(files)) {
    await writeFile(path.join(folder, file), blocks.get(language) ?? '');
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Types a line of the example where its files lie. */
function type(line: string): ReturnType<typeof runCli> {
  const words = line.replace('packages/demo', path.join(demo, 'package')).split(' ').slice(1);
  // `node` is the program's own where the example is tried.
  const programs = [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter);
  const environment = { PATH: programs, VIDEOMIND_CACHE_DIR: path.join(folder, '.caches') };
  return runCli(words, { cwd: folder, environment });
}

async function report(): Promise<EvalReport> {
  return JSON.parse(await readFile(path.join(folder, 'runs/shapes/report.json'), 'utf8')) as EvalReport;
}

describe('a task of one’s own', () => {
  it('is looked at, run and reported as the guide prints it', async () => {
    const lines = (blocks.get('sh') ?? '').trim().split('\n');
    const done = [];
    for (const line of lines) done.push(await type(line));
    expect(done.map(({ code, stderr }) => ({ code, stderr: code === 0 ? '' : stderr }))).toEqual(
      lines.map(() => ({ code: 0, stderr: '' })),
    );
    const [inspected, , reported] = done;
    expect(inspected?.stdout).toContain('Shapes at the desk, test');
    expect(inspected?.stdout).toContain('3 of 3 can be run');
    // Nothing starts without having been named.
    expect(reported?.stderr).toContain('Brief: node brief.mjs (3 lines)');
    const { figures, byCategory } = await report();
    expect(figures.map(({ name, samples }) => [name, samples])).toEqual([
      ...[
        ['Acc', 3],
        ['mIoU', 3],
        ['Names the option', 3],
        ['Brief', 3],
      ],
    ]);
    expect(byCategory.map(({ name, measures = {} }) => [name, Object.keys(measures)])).toEqual([
      ['colour', ['Names the option', 'Brief']],
      ['shape', ['Names the option', 'Brief']],
    ]);
    for (const shown of ['Brief', 'Names the option']) expect(reported?.stdout).toContain(shown);
  });

  it('has measures that are those of its replies, by category too', async () => {
    const text = await readFile(path.join(folder, 'runs/shapes/predictions/output.json'), 'utf8');
    const written = JSON.parse(text) as { readonly response: string; readonly task: string }[];
    const worth = written.map(({ response }) => 1 / response.split(' ').length);
    const mean = (values: readonly number[]): number =>
      (values.reduce((sum, one) => sum + one, 0) / values.length) * 100;
    const { figures, byCategory, score } = await report();
    expect(figures.at(-1)?.value).toBeCloseTo(mean(worth), 9);
    const colours = worth.filter((_, index) => written[index]?.task === 'colour');
    expect(byCategory[0]?.measures?.['Brief']).toBeCloseTo(mean(colours), 9);
    expect(score.beside?.['Measures of the task']?.rows.map(([name]) => name)).toEqual([
      'colour',
      'shape',
      'all',
    ]);
  });

  it('is scored with what its commands said', async () => {
    const scored = await type('videomind eval score runs/shapes --benchmark shapes.yaml --json');
    expect(scored.code).toBe(0);
    const { beside } = (await report()).score;
    expect(JSON.parse(scored.stdout)).toMatchObject({ beside });
  });

  it('runs no command that the command line did not name, and says that a measure is missing', async () => {
    await rm(path.join(folder, 'runs/shapes/metrics.jsonl'));
    const unasked = await type('videomind eval report runs/shapes');
    expect(unasked.code).toBe(3);
    expect(unasked.stdout).toContain('Brief is counted by a command, which has not been run');
    const unnamed = await type('videomind eval report runs/shapes --run-commands');
    expect(unnamed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--benchmark TASK.yaml') as string,
    });
  });

  it('is repeated from its run’s file, byte for byte', async () => {
    const again = await type(
      'videomind eval run --from runs/shapes --model packages/demo --out runs/again --device cpu',
    );
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).not.toContain('RESULTS_DIFFER');
  });

  it('goes on when only its measures changed, and is refused when it asks otherwise or is misspelt', async () => {
    const file = path.join(folder, 'shapes.yaml');
    const yaml = blocks.get('yaml') ?? '';
    await writeFile(file, yaml.replace('use: contains', 'use: exact-match'));
    const going = await type('videomind eval run shapes.yaml --model packages/demo --out runs/shapes');
    expect(going).toMatchObject({ code: 0, stderr: expect.stringContaining('Going on: 3') as string });
    await writeFile(file, yaml.replace('question: text', 'question: "Say: {text}"'));
    const other = await type('videomind eval run shapes.yaml --model packages/demo --out runs/shapes');
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('OUTPUT_EXISTS') as string });
    expect(other.stderr).toContain('its task read or asked its samples otherwise');
    await writeFile(file, yaml.replace('roles: grounder', 'rolls: grounder'));
    const misspelt = await type('videomind eval run shapes.yaml --model packages/demo --out runs/other');
    expect(misspelt).toMatchObject({ code: 1, stderr: expect.stringContaining('ask.rolls') as string });
  });
});
