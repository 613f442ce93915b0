import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

interface DemoClip {
  readonly file: string;
  readonly questions: readonly {
    readonly question: string;
    readonly options?: readonly string[];
    readonly truth?: { readonly answer: string; readonly startSec: number; readonly endSec: number };
  }[];
}

/** One's own line, as `eval run own` reads it. */
interface Line {
  readonly id: string;
  readonly video: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: string;
}

const demo = path.join(programPath, 'assets', 'demo');
const model = path.join(demo, 'package');
const roles = 'grounder,verifier,answerer';
let folder: string;
let lines: Line[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-own-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  const { clips } = JSON.parse(await readFile(path.join(demo, 'demo.json'), 'utf8')) as {
    clips: readonly DemoClip[];
  };
  const chosen = clips.slice(0, 3);
  lines = chosen.flatMap(({ file, questions }) =>
    questions.flatMap(({ question, options, truth }, index) =>
      options === undefined || truth === undefined
        ? []
        : [{ id: `${file}-${index}`, video: file, question, options, answer: truth.answer }],
    ),
  );
  const data = path.join(folder, 'data');
  await mkdir(data);
  for (const { file } of chosen) await copyFile(path.join(demo, file), path.join(data, file));
  const open = {
    id: 'open',
    video: chosen[0]?.file,
    question: 'What happens first?',
    answer: 'a star leaves',
  };
  const written = [...lines, open].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(path.join(data, 'annotations.jsonl'), written.join(''));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Written {
  readonly id: string;
  readonly response: string;
  readonly pred: readonly (readonly number[])[];
}

async function predictions(out: string): Promise<Map<string, Written>> {
  const text = await readFile(path.join(out, 'predictions', 'output.json'), 'utf8');
  return new Map((JSON.parse(text) as Written[]).map((one) => [one.id, one]));
}

/** What the run keeps of each sample, to be shown in the window. */
async function keptRecords(out: string): Promise<Map<string, RunRecord | undefined>> {
  const text = await readFile(path.join(out, 'results.jsonl'), 'utf8');
  const results = text.split('\n').filter((line) => line !== '');
  return new Map(
    results.map((line) => {
      const { id, record } = JSON.parse(line) as { readonly id: string; readonly record?: RunRecord };
      return [id, record];
    }),
  );
}

const run = (out: string, ...more: readonly string[]) =>
  runCli([
    ...['eval', 'run', 'own', '--data', path.join(folder, 'data'), '--model', model, '--out', out],
    ...['--roles', roles, '--device', 'cpu', ...more],
  ]);

describe('one’s own annotations', () => {
  it('are asked as `ask` asks them: the same moments and replies one by one, and the same accuracy', async () => {
    const out = path.join(folder, 'own');
    expect(await run(out)).toMatchObject({ code: 0 });
    const written = await predictions(out);
    const kept = await keptRecords(out);
    let right = 0;
    for (const { id, video, question, options, answer } of lines) {
      const asked = await runCli([
        ...['ask', path.join(folder, 'data', video), question, '--model', model, '--device', 'cpu'],
        ...['--roles', roles, '--json', ...options.flatMap((option) => ['--option', option])],
      ]);
      const record = JSON.parse(asked.stdout) as RunRecord;
      const [best] = record.candidates;
      expect(written.get(id)?.response).toBe(record.answer?.text);
      const { answer: reply, candidates } = record;
      expect(kept.get(id)).toMatchObject({ question, options, answer: reply, candidates });
      const moment = [best?.startSec, best?.endSec].map((second = NaN) => Math.fround(second));
      expect(written.get(id)?.pred[0]).toEqual(moment);
      if (record.answer?.option === 'ABCD'.charAt(options.indexOf(answer))) right++;
    }
    const report = JSON.parse((await runCli(['eval', 'report', out, '--json'])).stdout) as EvalReport;
    const accuracy = report.figures.find(({ name }) => name === 'Acc');
    expect(accuracy).toMatchObject({ samples: lines.length });
    expect(accuracy?.value).toBeCloseTo((right / lines.length) * 100, 9);
    expect(written.get('open')).toHaveProperty('response');
    expect(report.doubts.map(({ code }) => code)).toContain('open-question');
    // And in the window each of them is a question with that record.
    const opened = await runCli(['project', 'open', out, '--data', path.join(folder, 'library'), '--json']);
    expect(JSON.parse(opened.stdout)).toMatchObject({ runs: { added: written.size }, missingVideos: [] });
  });

  it('are searched as `ask` searches: the same moments from every window', async () => {
    const out = path.join(folder, 'searched');
    const search = ['--search', 'windows', '--window-sec', '12', '--sample-fps', '2'];
    const searched = await run(out, ...search, '--limit', '2');
    expect(searched.code).toBe(3);
    const written = await predictions(out);
    for (const { id, video, question, options } of lines.slice(0, 2)) {
      const asked = await runCli([
        ...['ask', path.join(folder, 'data', video), question, '--model', model, '--device', 'cpu'],
        ...['--roles', roles, '--json', ...options.flatMap((option) => ['--option', option]), ...search],
      ]);
      const record = JSON.parse(asked.stdout) as RunRecord;
      expect(written.get(id)).toMatchObject({
        ...{ search_mode: 'windows', search_windows: record.search?.windows.length },
        response: record.answer?.text,
        pred: record.candidates.map(({ startSec, endSec }) => [Math.fround(startSec), Math.fround(endSec)]),
      });
    }
    const misused = await run(path.join(folder, 'misused'), '--sample-fps', '2');
    expect(misused).toMatchObject({ code: 2, stderr: expect.stringContaining('--search windows') as string });
    const unread = await run(path.join(folder, 'unread'), '--subtitles-encoding', 'gbk');
    expect(unread).toMatchObject({ code: 2, stderr: expect.stringContaining('--subtitles') as string });
  });

  it('of a limited run are not to be quoted, and a raised limit goes on with what is there', async () => {
    const out = path.join(folder, 'limited');
    const first = await run(out, '--limit', '2', '--json');
    expect(first.code).toBe(3);
    expect(JSON.parse(first.stdout)).toMatchObject({
      samples: 2,
      limit: 2,
      available: lines.length + 1,
      trustworthy: false,
    });
    const reported = await runCli(['eval', 'report', out]);
    expect(reported.code).toBe(3);
    expect(reported.stdout).toContain(`the first 2 of ${lines.length + 1} samples`);
    const scored = await runCli(['eval', 'score', out, '--benchmark', 'own']);
    expect([scored.code, scored.stderr]).toEqual([
      3,
      expect.stringContaining(`Only the first 2 of ${lines.length + 1} samples were run`) as string,
    ]);
    const raised = await run(out, '--limit', '4');
    expect(raised.code).toBe(3);
    expect(raised.stderr).toContain('Going on: 2 samples were done before.');
    const lowered = await run(out, '--limit', '3');
    expect(lowered).toMatchObject({ code: 1 });
    expect(lowered.stderr).toContain('limit was 4 and is 3');
    expect(await run(out)).toMatchObject({ code: 0 });
    expect(await predictions(out)).toEqual(await predictions(path.join(folder, 'own')));
  });
});
