import { setTimeout as wait } from 'node:timers/promises';

/** Lets calls go at most so often: each waits for its turn. */
export class Pace {
  readonly #intervalMs: number;
  #nextMs = 0;

  /** @param perMinute calls a minute; absent: no limit */
  constructor(perMinute: number | undefined) {
    this.#intervalMs = perMinute === undefined ? 0 : 60_000 / perMinute;
  }

  /** Resolves when it is the caller's turn; rejects when the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.#nextMs);
    this.#nextMs = atMs + this.#intervalMs;
    if (atMs > nowMs) await wait(atMs - nowMs, undefined, { signal });
  }
}
