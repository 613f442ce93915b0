import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTinyBenchmark } from '../../native-models/evaluation/testing/tiny-benchmarks.ts';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
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
