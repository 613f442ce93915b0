import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JudgeOptions } from './judge-answers.ts';
import { judgeAnswers } from './judge-answers.ts';

/** What the server does with a request; what was asked is in `asked`. */
type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };
interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly messages: readonly { readonly content: string }[] };
}

let folder = '';
let file = '';
let server: Server;
let answer: (prompt: string, count: number) => Answer;
const asked: Asked[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-judge-'));
  file = path.join(folder, 'verdicts.jsonl');
  asked.length = 0;
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const body = JSON.parse(text) as Asked['body'];
      asked.push({ url: request.url, authorization: request.headers.authorization, body });
      const {
        status = 200,
        headers = {},
        body: reply = says('1'),
      } = answer(body.messages[0]?.content ?? '', asked.length);
      response.writeHead(status, headers).end(reply);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

const says = (content: string): string =>
  JSON.stringify({ choices: [{ message: { content } }], usage: { prompt_tokens: 10, completion_tokens: 2 } });

const items = ['a', 'b', 'c'].map((key) => ({ key, prompt: `about ${key}` }));

function judge(more: Partial<JudgeOptions> = {}, model = 'judge-1') {
  const { port } = server.address() as AddressInfo;
  const endpoint = {
    baseUrl: `http://127.0.0.1:${port}/v1/`,
    model,
    key: 'secret',
    failure: 'JUDGE_FAILED' as const,
    firstPauseMs: 1,
  };
  const { signal } = new AbortController();
  return judgeAnswers(items, endpoint, file, {
    concurrency: 1,
    signal,
    onProgress: () => undefined,
    ...more,
  });
}

const keys = async (): Promise<string[]> =>
  (await readFile(file, 'utf8')).split('\n').flatMap((line) => /"key":"(\w+)"/.exec(line)?.[1] ?? []);

describe('a judge', () => {
  it('is asked once about each answer; what it costs is counted', async () => {
    answer = () => ({});
    expect(await judge()).toEqual({
      ...{ asked: 3, kept: 0, failed: 0, unreadable: 0 },
      ...{ promptTokens: 30, completionTokens: 6 },
    });
    expect(asked[0]).toEqual({
      url: '/v1/chat/completions',
      authorization: 'Bearer secret',
      body: {
        model: 'judge-1',
        messages: [{ role: 'user', content: 'about a' }],
        temperature: 0,
        max_tokens: 256,
      },
    });
    expect(await judge()).toMatchObject({ asked: 0, kept: 3, promptTokens: 0 });
    expect(asked).toHaveLength(3);
    expect(await readFile(file, 'utf8')).not.toContain('secret');
  });

  it('whose reply holds no verdict is counted, and asked again the next time', async () => {
    answer = (_, count) => ({ body: says(count === 1 ? 'I like cheese' : '0') });
    expect(await judge()).toMatchObject({ asked: 2, unreadable: 1, firstUnreadable: 'I like cheese' });
    expect(await judge()).toMatchObject({ asked: 1, kept: 2, unreadable: 0 });
  });

  it('of another name has its own replies', async () => {
    answer = () => ({});
    await judge();
    expect(await judge({}, 'judge-2')).toMatchObject({ asked: 3, kept: 0 });
  });

  it('that is busy or limits the rate is asked again', async () => {
    const refusals: Answer[] = [
      { status: 429, headers: { 'retry-after': '0.01' } },
      { status: 503 },
      { body: '<html>' },
    ];
    answer = (_, count) => refusals[count - 1] ?? {};
    expect(await judge()).toMatchObject({ asked: 3, failed: 0 });
    expect(asked).toHaveLength(6);
  });

  it('that refuses one answer costs that one alone; it is asked for again the next time', async () => {
    answer = (prompt) => (prompt === 'about b' ? { status: 400 } : {});
    expect(await judge()).toMatchObject({
      asked: 2,
      failed: 1,
      firstFailure: expect.stringContaining('400') as string,
    });
    expect(await keys()).toEqual(['a', 'c']);
    answer = () => ({});
    expect(await judge()).toMatchObject({ asked: 1, kept: 2, failed: 0 });
  });

  it('that takes no key is an error that does not tell the key', async () => {
    answer = () => ({ status: 401, body: 'secret' });
    const failure = expect.objectContaining({
      code: 'JUDGE_FAILED',
      message: expect.not.stringContaining('secret') as string,
    }) as Error;
    await expect(judge()).rejects.toEqual(failure);
    expect(asked).toHaveLength(3);
  });

  it('that was cut off in the middle of a line goes on after it', async () => {
    answer = () => ({});
    await appendFile(
      file,
      '{"key":"a","reply":"1","judge":"judge-1","promptTokens":1,"completionTokens":1}\n{"key":"b","re',
    );
    expect(await judge()).toMatchObject({ asked: 2, kept: 1 });
    expect(await keys()).toEqual(['a', 'b', 'b', 'c']);
  });

  it('can be stopped, and what it has said is kept', async () => {
    const abort = new AbortController();
    answer = (_, count) => {
      if (count === 2) abort.abort();
      return {};
    };
    await expect(judge({ signal: abort.signal })).rejects.toBeDefined();
    expect(await keys()).toEqual(['a']);
  });

  it('is asked no more often than it was agreed', async () => {
    answer = () => ({});
    const startMs = performance.now();
    await judge({ concurrency: 3, perMinute: 600 });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(195);
  });
});
