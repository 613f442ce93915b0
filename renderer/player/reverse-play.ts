/** Calls back before the next picture is painted; returns how to take it back. */
export type NextPicture = (callback: (nowMs: number) => void) => () => void;

const animationFrames: NextPicture = (callback) => {
  const handle = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(handle);
};

/**
 * Plays backwards, which media elements cannot: shows the frame that is due whenever the one before it has come, so
 * that a slow decoder shows fewer frames and keeps the speed.
 */
export class ReversePlay {
  readonly #show: (timeSec: number) => void;
  readonly #nextPicture: NextPicture;
  #cancel: (() => void) | undefined;

  constructor(show: (timeSec: number) => void, nextPicture: NextPicture = animationFrames) {
    this.#show = show;
    this.#nextPicture = nextPicture;
  }

  /** @param rate below 0 @param atStart called when the first frame is reached. */
  start(fromSec: number, rate: number, busy: () => boolean, atStart: () => void): void {
    this.stop();
    let beganMs: number | undefined;
    const step = (nowMs: number) => {
      beganMs ??= nowMs;
      const dueSec = fromSec + (rate * (nowMs - beganMs)) / 1000;
      if (dueSec <= 0) {
        this.stop();
        atStart();
        this.#show(0);
        return;
      }
      if (!busy()) this.#show(dueSec);
      this.#cancel = this.#nextPicture(step);
    };
    this.#cancel = this.#nextPicture(step);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
