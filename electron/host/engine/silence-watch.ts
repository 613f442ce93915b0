/** Time for signs that arrived while this process itself was stopped (Ctrl-Z) to be read. */
const secondChanceMs = 1_000;

/** Calls `onSilence` when nothing was heard for `limitMs`, counted from the last `heard`. */
export class SilenceWatch {
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(limitMs: number, onSilence: () => void) {
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
  }

  /** Something was heard, or something that must be heard of was just asked. */
  heard(): void {
    if (this.#stopped) return;
    this.#wait(this.#limitMs, () => this.#wait(secondChanceMs, this.#onSilence));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(durationMs: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, durationMs);
    this.#timer.unref();
  }
}
