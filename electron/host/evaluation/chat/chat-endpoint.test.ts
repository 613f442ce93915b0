import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askChat } from './chat-endpoint.ts';
import type { ChatReply } from './chat-endpoint.ts';
import { Pace } from './pace.ts';

type Turn = (response: ServerResponse) => void;

let baseUrl: string;
let turns: Turn[] = [];
let asked: Readonly<Record<string, unknown>>[] = [];
const server = createServer((request, response) => {
  void json(request).then((body) => {
    asked.push(body as Readonly<Record<string, unknown>>);
    (turns[asked.length - 1] ?? turns.at(-1))?.(response);
  });
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (streams = true): Promise<ChatReply> =>
  askChat(
    { baseUrl, model: 'm', failure: 'ENDPOINT_FAILED', firstPauseMs: 0, streams },
    'Who?',
    new Pace(undefined),
    new AbortController().signal,
  );
const piece = (content: string, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, ...more }] })}\n\n`;
const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } })}\n\n`;
const done = 'data: [DONE]\n\n';
const stream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
const whole: Turn = (response) => void stream(response).end(piece('A cat') + piece(' sits.') + usage + done);
const refused =
  (status: number, retryAfter: string): Turn =>
  (response) =>
    void response.writeHead(status, { 'retry-after': retryAfter }).end();

describe('a reply that is streamed', () => {
  it('is put together from its pieces, wherever the network cut them, and its cost is known', async () => {
    turns = [
      (response) => {
        const bytes = Buffer.from(`: alive\r\n\r\nevent: x\n${piece('Käse')}${piece(' …')}${usage}${done}`);
        stream(response);
        const send = (from: number): void => {
          if (from >= bytes.length) response.end();
          else response.write(bytes.subarray(from, from + 7), () => setImmediate(send, from + 7));
        };
        send(0);
      },
    ];
    const tokens = { promptTokens: 7, completionTokens: 3 };
    expect(await ask()).toEqual({ text: 'Käse …', ...tokens, requests: 1, limited: 0 });
    expect(asked[0]).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it.each<[string, Turn]>([
    [
      'whose connection breaks',
      (response) => {
        stream(response).write(piece('Half a'));
        setImmediate(() => response.destroy());
      },
    ],
    ['that ends before it is done', (response) => void stream(response).end(piece('Half a'))],
    ['that ends in mid-event', (response) => void stream(response).end(`${piece('Half a')}data: {"cho`)],
    [
      'that reports a failure',
      (response) =>
        void stream(response).end(`${piece('Half a')}data: {"error": {"message": "full"}}\n\n${done}`),
    ],
    ['that is none', (response) => void stream(response).end('data: <html>\n\n')],
  ])('%s is asked for again, and nothing of the half one is kept', async (_, broken) => {
    turns = [broken, whole];
    expect(await ask()).toMatchObject({ text: 'A cat sits.', requests: 2, limited: 0 });
  });

  it('that never comes whole is a failure in words', async () => {
    turns = [(response) => void stream(response).end(piece('Half a'))];
    await expect(ask()).rejects.toMatchObject({
      code: 'ENDPOINT_FAILED',
      message: expect.stringContaining('breaks off in the middle of a reply') as string,
    });
    expect(asked).toHaveLength(5);
  });

  it('may come whole from a server that cannot stream, and is not asked for where that is unwanted', async () => {
    const message = { content: 'A cat.' };
    turns = [(response) => void response.end(JSON.stringify({ choices: [{ message }] }))];
    expect(await ask()).toMatchObject({ text: 'A cat.', promptTokens: 0 });
    expect(await ask(false)).toMatchObject({ text: 'A cat.' });
    expect(asked.map((one) => one['stream'])).toEqual([true, undefined]);
  });
});

describe('a limit of the rate', () => {
  it('is counted and waited for, in seconds or until a date', async () => {
    turns = [refused(429, '0'), refused(429, new Date(0).toUTCString()), refused(503, 'soon'), whole];
    expect(await ask()).toMatchObject({ text: 'A cat sits.', requests: 4, limited: 2 });
  });

  it('that asks for longer than a run waits is no reason to go on asking', async () => {
    turns = [refused(429, '3600')];
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('wants to be left alone for 3600 s') as string,
      details: { status: 429 },
    });
    expect(asked).toHaveLength(1);
  });

  it('holds all who share the pace, each of whom then goes at its interval', async () => {
    let nowMs = 0;
    const clock = {
      nowMs: () => nowMs,
      // Whoever waits longest sets the time: the others find it later than they wanted.
      wait: async (durationMs: number) => {
        const untilMs = nowMs + durationMs;
        await Promise.resolve();
        nowMs = Math.max(nowMs, untilMs);
      },
    };
    const pace = new Pace(60, clock);
    const { signal } = new AbortController();
    const went: number[] = [];
    const go = async (): Promise<void> => {
      await pace.turn(signal);
      went.push(nowMs);
    };
    await go();
    pace.hold(5000);
    await Promise.all([go(), go()]);
    expect(went).toEqual([0, 5000, 6000]);
  });
});
