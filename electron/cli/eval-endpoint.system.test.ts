import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EvalReport } from '../../native-models/protocol/eval-report.ts';
import { programPath } from '../host/paths.ts';
import { runCli } from './testing/run-cli.ts';

interface Asked {
  readonly model: string;
  readonly temperature: number;
  readonly seed?: number;
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly messages: readonly [
    { readonly content: readonly { readonly type: string; readonly text?: string }[] },
  ];
}

/** What the server does with a request: a status, a reply that breaks off, or a reply. */
type Turn = { readonly status: number } | 'cut' | { readonly reply: string };

/** A reply as it is written, or half of one. */
function streamed(response: ServerResponse, turn: 'cut' | { readonly reply: string }): void {
  const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
  const piece = (content: string): string => event({ choices: [{ delta: { content } }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (turn === 'cut') {
    response.write(piece('<answer>A</answer>'));
    setImmediate(() => response.destroy());
    return;
  }
  const pieces = turn.reply
    .split(/(?<=>)/u)
    .map(piece)
    .join('');
  const usage = event({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 10 } });
  response.end(`${pieces}${usage}data: [DONE]\n\n`);
}

let folder: string;
let data: string;
let endpoint: string;
let asked: Asked[] = [];
let turns: (request: Asked, count: number) => Turn;
const server = createServer((request, response) => {
  void json(request).then((body) => {
    const taken = body as Asked;
    asked.push(taken);
    const turn = turns(taken, asked.length);
    if (taken.stream === true && (turn === 'cut' || 'reply' in turn)) {
      streamed(response, turn);
      return;
    }
    if (turn === 'cut') {
      response.writeHead(200, { 'content-length': '500' }).write('{"choices": [{"mess');
      setImmediate(() => response.destroy());
      return;
    }
    if ('status' in turn) {
      response.writeHead(turn.status, { 'retry-after': '0' }).end('{}');
      return;
    }
    const message = { role: 'assistant', content: turn.reply };
    response.end(
      JSON.stringify({ choices: [{ message }], usage: { prompt_tokens: 1000, completion_tokens: 10 } }),
    );
  });
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-endpoint-'));
  process.env['VIDEOMIND_CACHE_DIR'] = path.join(folder, 'caches');
  data = path.join(folder, 'data');
  await mkdir(data);
  await copyFile(path.join(programPath, 'assets', 'example', 'clip.mp4'), path.join(data, 'clip.mp4'));
  const lines = ['one', 'two', 'three'].map((id) => ({
    ...{ id, video: 'clip.mp4', question: `Which is number ${id}?`, options: ['a dog', 'a cat'] },
    answer: id === 'one' ? 'a dog' : 'a cat',
  }));
  await writeFile(
    path.join(data, 'annotations.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (out: string, ...more: readonly string[]) =>
  runCli([
    ...['eval', 'run', 'own', '--data', data, '--backend', 'openai', '--endpoint', endpoint],
    ...['--model', 'some/model', '--out', path.join(folder, out), '--retry-pause', '0', '--json', ...more],
  ]);
const textOf = ({ messages }: Asked): string => messages[0].content.map(({ text }) => text ?? '').join('');

describe('a model behind an endpoint', () => {
  it('is shown frames as the task says, asked again after 429 and a reply that broke off, and its cost is counted', async () => {
    turns = (_, count) =>
      count === 1 ? { status: 429 } : count === 2 ? 'cut' : { reply: '<answer>B</answer>' };
    const prices = ['--prompt-price', '2', '--reply-price', '10', '--max-frames', '4'];
    const sampling = ['--temperature', '0.3', '--seed', '5'];
    const result = await run('first', ...prices, ...sampling);
    expect([result.code, result.stderr]).toEqual([0, expect.not.stringContaining('warning') as string]);
    expect(asked).toHaveLength(5);
    expect(asked.at(-1)).toMatchObject({ model: 'some/model', temperature: 0.3, seed: 5, max_tokens: 1024 });
    const kinds = asked[0]?.messages[0].content.map(({ type }) => type);
    expect(kinds).toEqual([...Array.from({ length: 4 }, () => 'image_url'), 'text']);
    expect(textOf(asked[0] as Asked)).toContain('Which is number one?\nA. a dog\nB. a cat\n');
    expect(JSON.parse(result.stdout)).toMatchObject({
      ...{ model: 'some/model', samples: 3, failed: 0, trustworthy: true },
      tokens: { prompt: 3000, completion: 30 },
      cost: (3000 * 2 + 30 * 10) / 1e6,
      requests: { sent: 5, limited: 1 },
    });
    const report = JSON.parse(
      (await runCli(['eval', 'report', path.join(folder, 'first'), '--json'])).stdout,
    ) as EvalReport;
    expect(report.figures.find(({ name }) => name === 'Acc')?.value).toBeCloseTo(200 / 3, 9);
    // Kept: nothing is paid for twice, and the cost is that of the whole run.
    const again = await run('first', ...prices, ...sampling);
    expect(asked).toHaveLength(5);
    expect(JSON.parse(again.stdout)).toMatchObject({ tokens: { prompt: 3000, completion: 30 } });
  });

  it('that refuses one sample fails that one, which is asked again with the same command', async () => {
    turns = (request) => (textOf(request).includes('two') ? { status: 400 } : { reply: 'A' });
    const first = await run('refused');
    expect(first.code).toBe(3);
    expect(JSON.parse(first.stdout)).toMatchObject({ samples: 3, failed: 1 });
    asked = [];
    turns = () => ({ reply: 'B' });
    expect((await run('refused', '--no-stream')).code).toBe(0);
    expect(asked).toHaveLength(1);
    const written = JSON.parse(
      await readFile(path.join(folder, 'refused', 'predictions', 'output.json'), 'utf8'),
    ) as { readonly response: string }[];
    expect(written.map(({ response }) => response)).toEqual(['A', 'B', 'A']);
  });

  it('that takes no key stops the run, which says so and goes on later', async () => {
    turns = (_, count) => (count === 1 ? { reply: 'A' } : { status: 401 });
    const stopped = await run('stopped');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain('ENDPOINT_FAILED: The model at 127.0.0.1');
    expect(stopped.stderr).toContain('status 401');
    turns = () => ({ reply: 'A' });
    asked = [];
    expect((await run('stopped')).code).toBe(0);
    expect(asked).toHaveLength(2);
  });
});
