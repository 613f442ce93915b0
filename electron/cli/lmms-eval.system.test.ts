import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import { programPath } from '../host/paths.ts';
import { runCli, startCli } from './testing/run-cli.ts';

/* lmms-eval itself, where `.ci/lmms-eval` has installed it (LMMS_EVAL_PYTHON names another Python that has it). */

const python = process.env['LMMS_EVAL_PYTHON'] ?? path.join(programPath, '.venv-lmms', 'bin', 'python');
const pack = path.join(programPath, 'native-models', 'fixtures', 'pack-qwen3');
const videos = path.join(pack, 'videos');
const task = path.join(import.meta.dirname, 'testing', 'lmms-eval-task');
const options = ['a yellow triangle', 'a green circle', 'a red plus'];
const mostTokens = 24;
if (!existsSync(python)) {
  process.stdout.write(
    `SKIPPED lmms-eval: ${python} is not there (.ci/lmms-eval, or set LMMS_EVAL_PYTHON)\n`,
  );
}
let folder: string;
let data: string;
let model: string;

/** Ten questions about two films, of several lines each, whose whole text both sides give to the model. */
const samples = Array.from({ length: 10 }, (_, index) => {
  const right = [0, 2, 1, 1, 0, 0, 1, 2, 2, 1][index] ?? 0;
  const lettered = options.map((option, at) => `${'ABC'.charAt(at)}. ${option}`);
  return {
    id: `q${index}`,
    video: path.join(videos, index % 2 === 0 ? 'b.mp4' : 's.mp4'),
    prompt: [`What comes at second ${index}?`, ...lettered].join('\n'),
    answer: options[right] ?? '',
    letter: 'ABC'.charAt(right),
  };
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-lmms-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  model = path.join(folder, 'package');
  data = path.join(folder, 'data');
  await mkdir(data);
  const own = samples.map(({ id, video, prompt, answer }) => ({
    id,
    video,
    question: prompt,
    options,
    answer,
  }));
  await writeFile(path.join(data, 'annotations.jsonl'), lines(own));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lines = (values: readonly object[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe.skipIf(!existsSync(python))('lmms-eval', () => {
  it('asks a task of ten samples through `serve --api`, and gets the replies and the figure of `eval run`', async () => {
    const checkpoint = path.join(pack, 'checkpoint');
    await runCli(['import', '--base', checkpoint, '--out', model, '--precision', 'fp32']);
    const out = path.join(folder, 'run');
    const asked = ['--model', model, '--device', 'cpu', '--verbatim', '--max-tokens', String(mostTokens)];
    expect((await runCli(['eval', 'run', 'own', '--data', data, '--out', out, ...asked])).code).toBe(0);
    const report = JSON.parse((await runCli(['eval', 'report', out, '--json'])).stdout) as EvalReport;
    const accuracy = report.figures.find(({ name }) => name === 'Acc')?.value;
    const predictions = JSON.parse(
      await readFile(path.join(out, 'predictions', 'output.json'), 'utf8'),
    ) as readonly { readonly id: string; readonly reasoner_response: string }[];

    const { results, replies } = await askedByLmmsEval();
    expect(replies.size).toBe(10);
    for (const { id, reasoner_response: reply } of predictions) expect(replies.get(id)).toBe(reply);
    expect(results * 100).toBeCloseTo(accuracy ?? NaN, 9);
    // A figure of nothing or everything would hide a scorer that hears nothing.
    expect(accuracy).toBeGreaterThan(0);
    expect(accuracy).toBeLessThan(100);
  });
});

/** Serves the model and lets lmms-eval run the task against it. */
async function askedByLmmsEval(): Promise<{ results: number; replies: ReadonlyMap<string, string> }> {
  const serve = ['serve', '--api', '--model', model, '--name', 'tiny', '--videos', videos, '--device', 'cpu'];
  const served = startCli([...serve, '--json']);
  try {
    const { url, key } = await addressOf(served.child.stdout);
    const tasks = path.join(folder, 'tasks');
    await mkdir(tasks);
    for (const name of await readdir(task)) {
      if (name.endsWith('.py')) await copyFile(path.join(task, name), path.join(tasks, name));
    }
    const questions = path.join(tasks, 'questions.jsonl');
    await writeFile(questions, lines(samples));
    const described = await readFile(path.join(task, 'videomind_ten.yaml'), 'utf8');
    await writeFile(path.join(tasks, 'videomind_ten.yaml'), described.replace('questions.jsonl', questions));
    const logs = path.join(folder, 'logs');
    await runLmmsEval(
      ['--tasks', 'videomind_ten', '--include_path', tasks, '--output_path', logs, '--log_samples'],
      `model_version=tiny,base_url=${url},api_key=${key},pass_video_url=True,num_concurrent=2,timeout=120`,
    );
    return await readLogs(path.join(logs, 'tiny'));
  } finally {
    served.child.kill('SIGTERM');
    await served.result;
  }
}

async function addressOf(stdout: NodeJS.ReadableStream | null): Promise<{ url: string; key: string }> {
  if (stdout === null) throw new Error('The server prints nothing.');
  let printed = '';
  for await (const line of createInterface(stdout)) {
    printed += line;
    if (line === '}') break;
  }
  return JSON.parse(printed) as { url: string; key: string };
}

async function runLmmsEval(args: readonly string[], modelArguments: string): Promise<void> {
  const child = spawn(
    python,
    ['-m', 'lmms_eval', '--model', 'openai', '--model_args', modelArguments, '--batch_size', '1', ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Nothing is fetched, and nothing of an earlier run is taken.
      env: {
        ...process.env,
        HF_HOME: path.join(folder, 'hub'),
        HF_HUB_OFFLINE: '1',
        HF_DATASETS_OFFLINE: '1',
      },
    },
  );
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = await text(child.stderr);
  if ((await code) !== 0) throw new Error(said.slice(-4000));
}

async function readLogs(logs: string): Promise<{ results: number; replies: ReadonlyMap<string, string> }> {
  const names = await readdir(logs);
  const read = async (ending: string): Promise<string> =>
    readFile(path.join(logs, names.find((name) => name.endsWith(ending)) ?? ending), 'utf8');
  const { results } = JSON.parse(await read('_results.json')) as {
    readonly results: { readonly videomind_ten: Readonly<Record<string, number>> };
  };
  const asked = (await read('_samples_videomind_ten.jsonl'))
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly doc_id: number;
          readonly resps?: unknown;
          readonly filtered_resps: unknown;
        },
    );
  return {
    results: results.videomind_ten['accuracy,none'] ?? NaN,
    // What its filter leaves as it is, it writes once.
    replies: new Map(
      asked.map(({ doc_id: index, resps, filtered_resps: filtered }) => [
        `q${index}`,
        String([resps ?? filtered].flat(3)[0]),
      ]),
    ),
  };
}
