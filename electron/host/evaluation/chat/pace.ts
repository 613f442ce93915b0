import { setTimeout as wait } from 'node:timers/promises';

/** What time it is, and waiting. */
export interface PaceClock {
  nowMs(): number;
  /** Rejects when the signal is aborted. */
  wait(durationMs: number, signal: AbortSignal): Promise<unknown>;
}

const ownClock: PaceClock = {
  nowMs: () => performance.now(),
  wait: (durationMs, signal) => wait(durationMs, undefined, { signal }),
};

/** Lets calls go at most so often, and none while a server has asked for a pause: each waits for its turn. */
export class Pace {
  readonly #clock: PaceClock;
  readonly #intervalMs: number;
  #nextMs = -Infinity;

  /** @param perMinute calls a minute; absent: no limit */
  constructor(perMinute: number | undefined, clock: PaceClock = ownClock) {
    this.#clock = clock;
    this.#intervalMs = perMinute === undefined ? 0 : 60_000 / perMinute;
  }

  /** Resolves when it is the caller's turn; rejects when the signal is aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    for (let nowMs = this.#clock.nowMs(); nowMs < this.#nextMs; nowMs = this.#clock.nowMs()) {
      await this.#clock.wait(this.#nextMs - nowMs, signal);
    }
    this.#nextMs = this.#clock.nowMs() + this.#intervalMs;
  }

  /** Nobody's turn comes before this long from now: who is refused for asking too much speaks for all. */
  hold(durationMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, this.#clock.nowMs() + durationMs);
  }
}
