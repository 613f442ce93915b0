/** How far a run is. */
export interface RunProgress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Absent until there is something to tell it by. */
  readonly leftSec?: number;
}

/** Samples after which the time left is worth saying: the first ones open the model. */
const fewest = 3;

/** Tells the time left of a run by how fast it went since it was begun or gone on with. */
export class ProgressClock {
  readonly #total: number;
  readonly #before: number;
  readonly #startMs: number;
  readonly #now: () => number;
  #done: number;

  /** @param before samples that were done in an earlier process, in no time of this one */
  constructor(total: number, before: number, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#before = before;
    this.#done = before;
    this.#now = now;
    this.#startMs = now();
  }

  /** One more sample is done. */
  done(failed: number): RunProgress {
    this.#done++;
    const here = this.#done - this.#before;
    const perSampleMs = (this.#now() - this.#startMs) / here;
    const leftSec = ((this.#total - this.#done) * perSampleMs) / 1000;
    return { done: this.#done, total: this.#total, failed, ...(here < fewest ? {} : { leftSec }) };
  }
}
