import { setTimeout as wait } from 'node:timers/promises';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Fetch } from './network-fetch.ts';
import { withSilenceLimit } from './silence-limit.ts';

/** A failure that may pass by itself: a connection that broke, a server that is busy. */
export class PassingFailure extends Error {
  /** What a person is told when it does not pass. */
  readonly told: EngineError;
  /** How long the server asked not to be asked again. */
  readonly namedWaitMs: number;
  /** Whether more has arrived than before. */
  readonly hasAdvanced: boolean;

  constructor(told: EngineError, { namedWaitMs = 0, hasAdvanced = false } = {}) {
    super(told.message, { cause: told });
    this.told = told;
    this.namedWaitMs = namedWaitMs;
    this.hasAdvanced = hasAdvanced;
  }
}

/** How long is waited after each failure that brought nothing; behind the last wait it is told. */
export interface Patience {
  readonly delaysMs: readonly number[];
  readonly signal: AbortSignal;
  /** A connection over which nothing comes for so long is taken for broken. */
  readonly silenceMs?: number | undefined;
}

/** A server that names a longer wait than this is left to the person. */
const longestNamedWaitMs = 120_000;

/**
 * Does something again while what fails may pass. A server that says when to come back is not asked before.
 * @throws EngineError what `PassingFailure.told` says, CANCELLED; everything else that `work` throws, at once
 */
export async function withRetries<T>(work: () => Promise<T>, { delaysMs, signal }: Patience): Promise<T> {
  for (let fruitless = 0; ;) {
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof PassingFailure)) throw error;
      if (error.namedWaitMs > longestNamedWaitMs) throw askedToWait(error);
      if (error.hasAdvanced) fruitless = 0;
      const delayMs = delaysMs[fruitless++];
      if (delayMs === undefined) throw error.told;
      await wait(Math.max(delayMs, error.namedWaitMs), undefined, { signal }).catch(() => undefined);
      throwIfCancelled(signal);
    }
  }
}

/**
 * Asks a server once.
 * @param asked what is asked for, in words ("the prompts of VideoMind"), and after how long a silence nobody answers
 * @returns its answer, also one that refuses for good (4xx)
 * @throws PassingFailure where nobody answers, the server is busy (429) or out of order (5xx)
 */
export async function askOnce(
  fetching: Fetch,
  url: string | URL | Request,
  init: RequestInit | undefined,
  { what, silenceMs }: { readonly what: string; readonly silenceMs?: number | undefined },
): Promise<Response> {
  const { hostname } = new URL(url instanceof Request ? url.url : url);
  let response: Response;
  try {
    response = await withSilenceLimit(fetching, silenceMs)(url, init);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new PassingFailure(
      new EngineError('DOWNLOAD_FAILED', `${hostname} cannot be reached for ${what} (${reasonOf(error)}).`, {
        cause: error,
      }),
    );
  }
  if (response.status < 500 && response.status !== 429) return response;
  await response.body?.cancel();
  throw new PassingFailure(
    new EngineError('DOWNLOAD_FAILED', `${hostname} does not give ${what} now (HTTP ${response.status}).`),
    { namedWaitMs: namedWaitMs(response.headers, Date.now()) },
  );
}

/**
 * How long a server asks to be left alone: Retry-After in seconds or as a date (RFC 9110, 10.2.3), else the rest of the
 * window that a RateLimit header names (`"resolvers";r=0;t=55`), as the hub sends it.
 * @returns milliseconds, 0 where it names none
 */
export function namedWaitMs(headers: Headers, nowMs: number): number {
  const named = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/u.test(named)) return Number(named) * 1000;
  const dateMs = Date.parse(named);
  if (!Number.isNaN(dateMs)) return Math.max(0, dateMs - nowMs);
  const windowSec = /;\s*t=(\d+)/u.exec(headers.get('ratelimit') ?? '')?.[1];
  return windowSec === undefined ? 0 : Number(windowSec) * 1000;
}

/** Why nobody answered; `fetch` says it in the cause of its error alone. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause.message : toEngineError(error).message;
}

function askedToWait({ told, namedWaitMs: waitMs }: PassingFailure): EngineError {
  const minutes = Math.ceil(waitMs / 60_000);
  return new EngineError('DOWNLOAD_FAILED', told.message, {
    remedy: `The server asks to be left alone for ${minutes} minutes; resume the download after that. What has arrived is kept.`,
    cause: told,
  });
}
