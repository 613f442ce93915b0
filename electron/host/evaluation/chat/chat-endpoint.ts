import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../../native-models/protocol/errors.ts';

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
}

/** A text, or texts and pictures. */
export type ChatContent =
  | string
  | readonly (
      | { readonly type: 'text'; readonly text: string }
      | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }
    )[];

/** What came back, and what it cost. */
export interface ChatReply {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const defaultMaxTokens = 256;
const tries = 5;
const defaultFirstPauseMs = 10_000;
const longestPauseMs = 120_000;
const answerWithinMs = 120_000;

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});

/**
 * Asks one thing. A server that is busy, limits the rate or is away is asked again, up to five times, after the time that it
 * names or an ever longer pause.
 *
 * @throws EngineError of the endpoint's `failure` when it refuses or does not answer, with the last `status` where there was one;
 *   CANCELLED
 */
export async function askChat(
  endpoint: ChatEndpoint,
  content: ChatContent,
  signal: AbortSignal,
): Promise<ChatReply> {
  let pauseMs = endpoint.firstPauseMs ?? defaultFirstPauseMs;
  let problem = '';
  let status: number | undefined;
  for (let attempt = 1; attempt <= tries; attempt++) {
    throwIfCancelled(signal);
    const answer = await tryOnce(endpoint, content, signal);
    if ('text' in answer) return answer;
    ({ problem, status } = answer);
    if (!answer.again) break;
    if (attempt === tries) break;
    const named = answer.retryAfterMs ?? 0;
    await wait(Math.min(longestPauseMs, Math.max(named, pauseMs)), undefined, { signal }).catch(
      () => undefined,
    );
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
  { baseUrl, model, key, temperature = 0, seed, maxTokens = defaultMaxTokens }: ChatEndpoint,
  content: ChatContent,
  signal: AbortSignal,
): Promise<ChatReply | Refusal> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
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
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    body = await response.text();
  } catch (error) {
    throwIfCancelled(signal);
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `does not answer (${reason})`, again: true };
  }
  if (!response.ok) {
    const again = response.status === 408 || response.status === 429 || response.status >= 500;
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    const { status } = response;
    return { problem: `refuses with status ${status}`, status, again, retryAfterMs };
  }
  return readReply(body);
}

function readReply(body: string): ChatReply | Refusal {
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
