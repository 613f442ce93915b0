import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { AnsweringModel, ChatAnswer } from './answer-chat.ts';
import { answerChat } from './answer-chat.ts';
import { chatRequestSchema } from './chat-request.ts';
import type { ChatRequest } from './chat-request.ts';

export interface ChatApiOptions {
  readonly model: AnsweringModel;
  /** As clients name it. */
  readonly name: string;
  /** 0: any free one. */
  readonly port: number;
  /** Default: one that is drawn. */
  readonly key?: string | undefined;
}

/** A running API. */
export interface ChatApi {
  /** Base URL of clients, to `/v1`. */
  readonly url: string;
  /** What they send as their key. */
  readonly key: string;
  close(): Promise<void>;
}

/** Videos and frames come inside of requests, as base64. */
const mostBodyBytes = 512 * 1024 * 1024;

/**
 * Answers OpenAI's chat form on this machine's loopback address: `POST /v1/chat/completions` and `GET /v1/models`. Who has no key, and
 * who calls this machine by a name that is not its own (pages of a browser), is turned away.
 */
export async function startChatApi({ model, name, port, key = newKey() }: ChatApiOptions): Promise<ChatApi> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { host = '', origin, authorization = '' } = request.headers;
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host) || origin !== undefined) {
      sendError(response, 403, 'Other pages and names may not use this server.', 'ACCESS_DENIED');
      return;
    }
    if (!sameSecret(authorization, `Bearer ${key}`)) {
      sendError(response, 401, 'The key that was printed is missing.', 'ACCESS_DENIED');
      return;
    }
    const target = `${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''}`;
    if (target === 'GET /v1/models') {
      send(response, 200, { object: 'list', data: [{ id: name, object: 'model', owned_by: 'videomind' }] });
      return;
    }
    if (target !== 'POST /v1/chat/completions') {
      sendError(response, 404, `There is no ${target}.`, 'ARGUMENT_INVALID');
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      await complete(model, name, await readRequest(request), response, gone.signal);
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (response.headersSent) response.destroy();
      else sendError(response, statusOf(error), `${error.message} ${error.remedy}`, error.code);
    }
  };

  const server = createServer((request, response) => void answer(request, response));
  // A question on a long video takes as long as it takes.
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new EngineError('ARGUMENT_INVALID', `Port ${port} cannot be listened on.`, { cause });
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    key,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function complete(
  model: AnsweringModel,
  name: string,
  request: ChatRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: name };
  if (request.stream !== true) {
    const answered = await answerChat(model, request, signal, () => undefined);
    const message = { role: 'assistant', content: answered.text };
    send(response, 200, {
      ...{ ...head, object: 'chat.completion' },
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...{
        usage: usageOf(answered),
        ...(answered.record === undefined ? {} : { videomind: answered.record }),
      },
    });
    return;
  }
  const chunk = (delta: object, finish: string | null, more: object = {}): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    const body = { ...head, object: 'chat.completion.chunk', choices, ...more };
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(body)}\n\n`);
  };
  const answered = await answerChat(model, request, signal, (content) => chunk({ content }, null));
  chunk({}, 'stop', { usage: usageOf(answered) });
  response.end('data: [DONE]\n\n');
}

function usageOf({ promptTokens, completionTokens }: ChatAnswer): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

async function readRequest(request: IncomingMessage): Promise<ChatRequest> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostBodyBytes) {
      throw new EngineError('ARGUMENT_INVALID', 'The request is larger than 512 MB.', {
        remedy: 'Name the video by a file: URL, or send fewer frames.',
      });
    }
    pieces.push(piece);
  }
  try {
    return chatRequestSchema.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch (cause) {
    const first = cause instanceof Error ? cause.message.split('\n')[0] : '';
    throw new EngineError('ARGUMENT_INVALID', `The body is no chat request: ${first ?? ''}`, {
      remedy: 'Send JSON with "messages" of text, video_url or image_url parts.',
      cause,
    });
  }
}

/** The caller's mistakes, as far as they can be told from the machine's. */
function statusOf({ code }: EngineError): number {
  if (code === 'VIDEO_NOT_FOUND') return 404;
  if (/^(ARGUMENT|QUESTION|VIDEO|ROLES|RANGE|PROMPT)_/.test(code)) return 400;
  return code === 'OUT_OF_MEMORY' ? 503 : 500;
}

function sendError(response: ServerResponse, status: number, message: string, code: string): void {
  response.setHeader('connection', 'close');
  send(response, status, {
    error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', code },
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function newKey(): string {
  return randomBytes(24).toString('base64url');
}

/** Compares in a time that tells nothing of how much agrees. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
