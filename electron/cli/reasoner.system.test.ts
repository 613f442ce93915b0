import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import { runTraceSchema } from '../../native-models/protocol/run-trace.ts';
import { programPath } from '../host/paths.ts';
import type { ImportedPack } from './testing/imported-pack.ts';
import { importPack } from './testing/imported-pack.ts';
import { runCli } from './testing/run-cli.ts';

interface ExpectedRun {
  readonly prompt: string;
  readonly frameIndices: number[];
  readonly inputIds: number[];
  readonly response: string;
}

const packPath = path.join(programPath, 'native-models', 'fixtures', 'pack-qwen3');
const budget = ['--fps', '2', '--max-frames', '16', '--min-pixels', '28', '--max-pixels', '25088'];

let videoMind: ImportedPack;
let packagePath: string;
let expected: ExpectedRun;
beforeAll(async () => {
  videoMind = await importPack();
  packagePath = path.join(videoMind.folder, 'reasoner');
  const base = path.join(packPath, 'checkpoint');
  const imported = await runCli(['import', '--base', base, '--out', packagePath, '--precision', 'fp32']);
  if (imported.code !== 0) throw new Error(imported.stderr);
  const runs = await readFile(path.join(packPath, 'expected', 'runs.json'), 'utf8');
  expected = (JSON.parse(runs) as [ExpectedRun])[0];
});
afterAll(() => videoMind.remove());

const ask = (...more: string[]) =>
  runCli(['ask', path.join(packPath, 'videos', 'a.mp4'), ...more, '--model', packagePath, ...budget]);

describe('ask with a model that reasons aloud', () => {
  it('sends a verbatim prompt as given and writes what the model was shown and said', async () => {
    const tracePath = path.join(videoMind.folder, 'trace.json');
    const framesPath = path.join(videoMind.folder, 'frames');
    const files = ['--trace', tracePath, '--save-frames', framesPath];
    const { code, stdout, stderr } = await ask(expected.prompt, '--verbatim', '--json', ...files);
    expect([code, stderr]).toEqual([0, '']);
    const record = runRecordSchema.parse(JSON.parse(stdout));
    expect(record).toMatchObject({ roles: ['reasoner'], response: expected.response, answer: { text: 'A' } });
    const trace = runTraceSchema.parse(JSON.parse(await readFile(tracePath, 'utf8')));
    const { frameIndices, inputIds } = expected;
    expect(trace.reasoner).toMatchObject({ frameIndices, inputIds });
    expect(await readdir(framesPath)).toHaveLength(frameIndices.length);
  });

  it('shows its thinking and its answer', async () => {
    const { code, stdout } = await ask(expected.prompt, '--verbatim');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Think +A red circle/mu);
    expect(stdout).toMatch(/^Answer +A /mu);
  });

  it('answers on the moment that a VideoMind package found, in one run', async () => {
    const { code, stdout } = await ask(
      ...[expected.prompt, '--verbatim', '--json', '--verify-with', videoMind.packagePath],
      ...['--verify', 'grounded', '--answer-from', 'moment'],
    );
    expect(code).toBe(0);
    const record = runRecordSchema.parse(JSON.parse(stdout));
    expect(record.roles).toEqual(['grounder', 'verifier', 'reasoner']);
    expect(record.candidates).toHaveLength(5);
    expect(record.verifierModel?.path).toBe(videoMind.packagePath);
    expect(record.answer).toBeDefined();
  });

  it('refuses settings that do not belong together, and a package that cannot verify', async () => {
    expect((await ask('Why?', '--answer-from', 'moment')).code).toBe(2);
    const { code, stderr } = await ask('Why?', '--verify-with', packagePath);
    expect(code).toBe(1);
    expect(stderr).toContain('ROLES_INVALID');
  });
});

it('a VideoMind package takes no settings of models that reason aloud', async () => {
  const { code, stderr } = await runCli([
    ...['ask', videoMind.videoPath, 'Why?', '--model', videoMind.packagePath, '--max-frames', '8'],
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('ARGUMENT_INVALID');
});
