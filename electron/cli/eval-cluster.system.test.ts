import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programPath } from '../host/paths.ts';
import { toyPackagePath, writeOwnAnnotations } from './testing/own-annotations.ts';
import { runCli } from './testing/run-cli.ts';

const execute = promisify(execFile);
const script = path.join(programPath, 'bench', 'cluster', 'evaluation.sbatch');
let folder: string;

beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-cluster-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a Slurm array runs a benchmark in parts, whose predictions are those of a whole run', async () => {
  const data = path.join(folder, 'data');
  await writeOwnAnnotations(data, 2);
  const asked = ['own', '--data', data, '--model', toyPackagePath, '--roles', 'grounder', '--device', 'cpu'];
  const caches = path.join(folder, 'caches');
  // The program's own Node is found first.
  const programs = [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter);
  const environment = { ...process.env, PATH: programs, VIDEOMIND_CACHE_DIR: caches };
  process.env['VIDEOMIND_CACHE_DIR'] = caches;
  const out = path.join(folder, 'parts');
  for (const index of ['0', '1']) {
    const slurm = { SLURM_ARRAY_TASK_ID: index, SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_MAX: '1' };
    const env = { ...environment, ...slurm, SLURM_SUBMIT_DIR: programPath, SLURM_CPUS_PER_TASK: '1' };
    await execute('bash', [script, ...asked, '--out', out], { env });
  }
  const whole = path.join(folder, 'whole');
  await expect(runCli(['eval', 'run', ...asked, '--out', whole])).resolves.toMatchObject({ code: 0 });
  const read = async (file: string): Promise<object[]> =>
    JSON.parse(await readFile(path.join(file), 'utf8')) as object[];
  const parts = await Promise.all(
    [0, 1].map((index) => read(path.join(out, 'predictions', `output_${index}.json`))),
  );
  const expected = await read(path.join(whole, 'predictions', 'output.json'));
  expect(parts.map(({ length }) => length)).toEqual([4, 4]);
  expect(new Set(parts.flat().map((one) => JSON.stringify(one)))).toEqual(
    new Set(expected.map((one) => JSON.stringify(one))),
  );
  // Finished parts have nothing to do; the report takes all of them.
  await expect(runCli(['eval', 'report', out])).resolves.toMatchObject({ code: 0 });
});
