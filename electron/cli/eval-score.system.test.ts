import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

interface Golden {
  readonly files: Readonly<Record<string, unknown>>;
  readonly cases: readonly { readonly expected: { readonly printed: unknown; readonly result: unknown } }[];
}

/** What the reference's scorers print for invented predictions (native-models/evaluation/fixtures). */
async function golden(name: string): Promise<Golden> {
  const file = path.join(programPath, 'native-models', 'evaluation', 'fixtures', `${name}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as Golden;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-score-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('eval score', () => {
  it('prints what the reference prints, as JSON and nothing else', async () => {
    const { files, cases } = await golden('nextgqa');
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(folder, name), JSON.stringify(content));
    }
    const run = await runCli(['eval', 'score', folder, '--benchmark', 'nextgqa', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ tables: cases[0]?.expected.printed });
  });

  it('names and counts predictions that cannot be read, and says by its exit code that the figures are doubtful', async () => {
    const damaged = path.join(folder, 'damaged.jsonl');
    await writeFile(damaged, '{"qid": 1, "pred_relevant_windows": [[0, 2, 1]]}\n{"qid": 2, "pred');
    const annotations = path.join(folder, 'annotations.jsonl');
    const truth = { qid: 1, duration: 10, relevant_windows: [[0, 2]] };
    await writeFile(annotations, `${JSON.stringify(truth)}\n`);
    const args = ['eval', 'score', damaged, '--benchmark', 'qvhighlights', '--annotations', annotations];
    const run = await runCli(args);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('broken-json: 1 ×. First: damaged.jsonl, 2');
    expect(run.stdout).toContain('MR-full-R1@0.5');
  });

  it.each([
    ['a folder that is not there', 'charades_sta', '/nowhere', 1, 'FOLDER_NOT_FOUND'],
    ['a benchmark that there is none of', 'charades', os.tmpdir(), 1, 'ARGUMENT_INVALID'],
  ])('refuses %s', async (_what, benchmark, predictions, code, error) => {
    const run = await runCli(['eval', 'score', predictions, '--benchmark', benchmark]);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(`${error}: `);
  });
});
