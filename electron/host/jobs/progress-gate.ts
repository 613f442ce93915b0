/** Between two reports that are passed on. */
const passedOnEveryMs = 100;
/** Between two that are stored as well. */
const storedEveryMs = 1_000;

/** Thins progress out: what came last is passed on at most ten times a second, and stored at most once. */
export class ProgressGate<Progress extends object> {
  readonly #pass: (progress: Progress, isStored: boolean) => void;
  #waiting: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;
  #passedAtMs = -Infinity;
  #storedAtMs = performance.now();

  constructor(pass: (progress: Progress, isStored: boolean) => void) {
    this.#pass = pass;
  }

  add(progress: Progress): void {
    this.#waiting = { ...this.#waiting, ...progress };
    const waitMs = this.#passedAtMs + passedOnEveryMs - performance.now();
    if (waitMs <= 0) this.#passOn();
    else this.#timer ??= setTimeout(() => this.#passOn(), waitMs);
  }

  /** Passes on what still waits; nothing comes after it. */
  close(): void {
    this.#passOn();
  }

  #passOn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === undefined) return;
    const progress = this.#waiting;
    this.#waiting = undefined;
    this.#passedAtMs = performance.now();
    const isStored = this.#passedAtMs - this.#storedAtMs >= storedEveryMs;
    if (isStored) this.#storedAtMs = this.#passedAtMs;
    this.#pass(progress, isStored);
  }
}
