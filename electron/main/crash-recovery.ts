/** Windows whose page ended this often within a minute are not loaded again by themselves. */
const mostReloads = 3;
const withinMs = 60_000;

/** What to do when a page's process ended. */
export type Recovery = 'none' | 'reload' | 'ask';

/**
 * Decides what becomes of a window whose page's process is gone: it is loaded again, since everything that counts is in the
 * host; when that does not help, a person is asked.
 */
export class CrashRecovery {
  readonly #now: () => number;
  #crashesMs: number[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param reason as Electron's `render-process-gone` says it. */
  decide(reason: string): Recovery {
    if (reason === 'clean-exit') return 'none';
    const nowMs = this.#now();
    this.#crashesMs = [...this.#crashesMs.filter((atMs) => nowMs - atMs < withinMs), nowMs];
    return this.#crashesMs.length > mostReloads ? 'ask' : 'reload';
  }
}
