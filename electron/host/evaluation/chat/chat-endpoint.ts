import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../../native-models/protocol/errors.ts';
import { StreamBroken, readChatStream } from './chat-stream.ts';
import type { Pace } from './pace.ts';

/** An OpenAI-compatible chat endpoint. */
export interface ChatEndpoint {
  /** Up to and without `/chat/completions`, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token; absent for servers that ask nobody. Never part of a message or a file. */
  readonly key?: string | undefined;
  /** What a failure of it is called. */
  readonly failure: 'JUDGE_FAILED' | 'ENDPOINT_FAILED';
  /** Default 0: replies can be repeated. The reference asks its judge at 1. */
  readonly temperature?: number | undefined;
  readonly seed?: number | undefined;
  /** Most new tokens; default 256, room for a verdict. */
  readonly maxTokens?: number | undefined;
  /** Wait before the second try, doubled for each further one. Default: 10 s, as the reference waits. */
  readonly firstPauseMs?: number | undefined;
  /** Have replies sent as they are written, so that a long one is not taken for silence; whoever cannot sends them whole. */
  readonly streams?: boolean | undefined;
}

/** A text, or texts and pictures. */
export type ChatContent =
  | string
  | readonly (
      | { readonly type: 'text'; readonly text: string }
      | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
    )[];

/** What came back, and what it cost. */
export interface ChatText {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A reply, and what it took to get it. */
export interface ChatReply extends ChatText {
  /** Requests that were sent for it, and how many of them a limit of the rate refused. */
  readonly requests: number;
  readonly limited: number;
}

const defaultMaxTokens = 256;
const tries = 5;
const defaultFirstPauseMs = 10_000;
const longestPauseMs = 120_000;
/** A server that names a longer time is not waited for: the run stops and goes on later. */
const longestNamedPauseMs = 600_000;
/** So long without a sign is no answer. */
const silenceMs = 120_000;
const tooManyRequests = 429;

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/**
 * Asks one thing. A server that is busy, limits the rate, is away or breaks off is asked again, up to five times, after the time
 * that it names or an ever longer pause. Of what broke off nothing is kept.
 *
 * @param pace whose turn it is, at every try; a limit of the rate holds all who share it
 * @throws EngineError of the endpoint's `failure` when it refuses or does not answer, with the last `status` where there was one;
 *   CANCELLED
 */
export async function askChat(
  endpoint: ChatEndpoint,
  content: ChatContent,
  pace: Pace,
  signal: AbortSignal,
): Promise<ChatReply> {
  let pauseMs = endpoint.firstPauseMs ?? defaultFirstPauseMs;
  let problem = '';
  let status: number | undefined;
  let limited = 0;
  for (let attempt = 1; attempt <= tries; attempt++) {
    throwIfCancelled(signal);
    await pace.turn(signal).catch(() => undefined);
    throwIfCancelled(signal);
    const answer = await tryOnce(endpoint, content, signal);
    if ('text' in answer) return { ...answer, requests: attempt, limited };
    ({ problem, status } = answer);
    if (status === tooManyRequests) limited++;
    if (!answer.again) break;
    const { retryAfterMs = 0 } = answer;
    if (retryAfterMs > longestNamedPauseMs) {
      problem += ` and wants to be left alone for ${Math.round(retryAfterMs / 1000)} s`;
      break;
    }
    if (attempt === tries) break;
    const waitMs = Math.max(retryAfterMs, Math.min(longestPauseMs, pauseMs));
    if (status === tooManyRequests) pace.hold(waitMs);
    else await wait(waitMs, undefined, { signal }).catch(() => undefined);
    pauseMs *= 2;
  }
  throwIfCancelled(signal);
  const who = endpoint.failure === 'JUDGE_FAILED' ? 'The judge' : 'The model';
  throw new EngineError(endpoint.failure, `${who} at ${new URL(endpoint.baseUrl).host} ${problem}.`, {
    details: status === undefined ? {} : { status },
  });
}

interface Refusal {
  readonly problem: string;
  readonly status?: number | undefined;
  /** Whether another try may help. */
  readonly again: boolean;
  readonly retryAfterMs?: number | undefined;
}

async function tryOnce(
  endpoint: ChatEndpoint,
  content: ChatContent,
  signal: AbortSignal,
): Promise<ChatText | Refusal> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`nothing for ${silenceMs / 1000} s`)), silenceMs);
  try {
    const response = await post(endpoint, content, AbortSignal.any([signal, silence.signal]));
    if (!response.ok) return await refusalOf(response);
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
    if (isStream && response.body !== null)
      return await readChatStream(response.body, () => void timer.refresh());
    return readReply(await response.text());
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof StreamBroken) return { problem: error.message, again: true };
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `does not answer (${reason})`, again: true };
  } finally {
    clearTimeout(timer);
  }
}

function post(
  { baseUrl, model, key, temperature = 0, seed, maxTokens = defaultMaxTokens, streams = false }: ChatEndpoint,
  content: ChatContent,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content }],
      temperature,
      max_tokens: maxTokens,
      ...(seed === undefined ? {} : { seed }),
      // Without the options a stream does not say what it cost.
      ...(streams ? { stream: true, stream_options: { include_usage: true } } : {}),
    }),
    signal,
  });
}

async function refusalOf({ status, headers, body }: Response): Promise<Refusal> {
  await body?.cancel();
  const again = status === 408 || status === tooManyRequests || status >= 500;
  return {
    problem: `refuses with status ${status}`,
    status,
    again,
    retryAfterMs: retryAfterMs(headers.get('retry-after')),
  };
}

/** Seconds, or a date (RFC 9110). */
function retryAfterMs(named: string | null): number | undefined {
  if (named === null) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(named) ? Number(named) * 1000 : Date.parse(named) - Date.now();
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function readReply(body: string): ChatText | Refusal {
  try {
    const { choices, usage } = replySchema.parse(JSON.parse(body));
    return {
      text: choices[0]?.message.content ?? '',
      promptTokens: usage?.prompt_tokens ?? 0,
      completionTokens: usage?.completion_tokens ?? 0,
    };
  } catch {
    return { problem: 'answers with something else than a chat completion', again: true };
  }
}
