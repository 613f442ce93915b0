import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTinyBenchmark } from '../../native-models/evaluation/testing/tiny-benchmarks.ts';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import type { EvalScoreResult } from '../../native-models/protocol/eval-score.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-eval-reasoner-'));
  data = path.join(folder, 'data');
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  await makeTinyBenchmark('videokr_eval', data);
  for (const family of ['qwen2.5', 'qwen3']) {
    const base = path.join(programPath, 'native-models', 'fixtures', `pack-${family}`, 'checkpoint');
    const imported = await runCli([
      'import',
      '--base',
      base,
      '--out',
      path.join(folder, family),
      '--precision',
      'fp32',
    ]);
    if (imported.code !== 0) throw new Error(imported.stderr);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const runOf = (family: string): string => path.join(folder, `run-${family}`);

describe('a model that reasons aloud, on VideoKR-Eval', () => {
  it.each(['qwen2.5', 'qwen3'])('%s: answers choices and open questions', async (family) => {
    const out = runOf(family);
    const model = ['--model', path.join(folder, family), '--max-tokens', '48'];
    const run = await runCli([
      'eval',
      'run',
      'videokr_eval',
      '--data',
      data,
      ...model,
      '--out',
      out,
      '--json',
    ]);
    expect([run.code, run.stderr]).toEqual([0, expect.not.stringContaining('warning') as string]);
    expect(JSON.parse(run.stdout)).toMatchObject({ samples: 4, failed: 0, trustworthy: true });
    const predictions = JSON.parse(
      await readFile(path.join(out, 'predictions', 'output.json'), 'utf8'),
    ) as Readonly<Record<string, unknown>>[];
    for (const prediction of predictions) {
      expect(prediction).toMatchObject({
        agents: ['reasoner'],
        reasoner_response: expect.any(String) as string,
        response: expect.any(String) as string,
      });
    }
    const reported = await runCli(['eval', 'report', out, '--json']);
    expect(reported.code).toBe(0);
    const { figures, score } = JSON.parse(reported.stdout) as EvalReport;
    expect(figures[0]).toMatchObject({ name: 'Acc', samples: 3 });
    expect(score.issues).toMatchObject([{ kind: 'open-question', count: 1, affectsFigures: false }]);
  });

  it('has its open answers decided by a judge, whose verdicts every later report uses', async () => {
    const out = runOf('qwen3');
    const server = createServer((request, response) => {
      request.resume();
      response.end(
        JSON.stringify({
          choices: [{ message: { content: '1' } }],
          usage: { prompt_tokens: 50, completion_tokens: 1 },
        }),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const endpoint = ['--endpoint', `http://127.0.0.1:${port}/v1`, '--judge', 'local', '--open-only'];
      const judged = await runCli(['eval', 'judge', out, ...endpoint, '--prompt-price', '2', '--json']);
      expect(judged).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(judged.stdout)).toMatchObject({ answers: 1, asked: 1, kept: 0, cost: 0.0001 });
    } finally {
      server.close();
      server.closeAllConnections();
    }
    const reported = await runCli(['eval', 'report', out, '--json']);
    expect(reported.code).toBe(0);
    const { figures, score } = JSON.parse(reported.stdout) as EvalReport;
    expect(figures[0]).toMatchObject({ name: 'Acc', samples: 4 });
    expect(score.issues).toEqual([]);
    const predictions = path.join(out, 'predictions');
    const scored = await runCli([
      ...['eval', 'score', predictions, '--benchmark', 'videokr_eval', '--json'],
      ...['--verdicts', path.join(out, 'verdicts.jsonl')],
    ]);
    expect((JSON.parse(scored.stdout) as EvalScoreResult).tables).toEqual(score.tables);
  });
});

describe('a model that reasons aloud, on one’s own questions', () => {
  it('is asked as `ask` asks it: the same replies one by one, and the same accuracy', async () => {
    const pack = path.join(programPath, 'native-models', 'fixtures', 'pack-qwen3');
    const own = path.join(folder, 'own');
    const options = ['red', 'blue', 'green'];
    const lines = ['a'].flatMap((video) =>
      ['What colour is it?', 'Which one comes\nlast?'].map((question, index) => ({
        ...{ id: `${video}-${index}`, video: path.join(pack, 'videos', `${video}.mp4`), question, options },
        answer: options[index],
      })),
    );
    await mkdir(own);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(path.join(own, 'annotations.jsonl'), text);
    const out = path.join(folder, 'run-own');
    const model = ['--model', path.join(folder, 'qwen3'), '--max-tokens', '24', '--device', 'cpu'];
    const run = await runCli(['eval', 'run', 'own', '--data', own, ...model, '--out', out]);
    expect(run.code).toBe(0);
    const warnings = run.stderr.split('\n').filter((line) => line.startsWith('warning'));
    expect(warnings).toEqual([expect.stringMatching(/^warning REPLY_CUT: 1 × REPLY_CUT; a-0: /u)]);
    const predictions = JSON.parse(
      await readFile(path.join(out, 'predictions', 'output.json'), 'utf8'),
    ) as Readonly<Record<string, unknown>>[];
    let right = 0;
    for (const { id, video, question, answer } of lines) {
      const choices = options.flatMap((option) => ['--option', option]);
      const asked = await runCli(['ask', video, question, '--json', ...model, ...choices]);
      const record = JSON.parse(asked.stdout) as RunRecord;
      expect(predictions.find((one) => one['id'] === id)).toMatchObject({
        reasoner_response: record.response,
        response: record.answer?.text,
      });
      if (record.answer?.option === 'ABC'.charAt(options.indexOf(answer ?? ''))) right++;
    }
    const report = JSON.parse((await runCli(['eval', 'report', out, '--json'])).stdout) as EvalReport;
    const accuracy = report.figures.find(({ name }) => name === 'Acc');
    expect(accuracy).toMatchObject({ samples: lines.length, value: (right / lines.length) * 100 });
  });

  it('is asked with no roles and no style, which mean nothing to it: refused before anything is written', async () => {
    const refused = async (...more: readonly string[]) =>
      runCli([
        ...['eval', 'run', 'own', '--data', path.join(folder, 'own'), '--model', path.join(folder, 'qwen3')],
        ...['--out', path.join(folder, 'refused'), ...more],
      ]);
    expect(await refused('--roles', 'planner')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('ROLES_INVALID') as string },
    });
    expect(await refused('--style', 'direct')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('Leave --style out') as string },
    });
    expect(await readdir(folder)).not.toContain('refused');
  });
});
