import { EngineError } from '../../../native-models/protocol/errors.ts';

interface Waiting {
  readonly start: () => void;
}

/**
 * Lets a few pieces of work run at a time, the newest of those that wait first: what a person looks at now comes before what
 * they scrolled past.
 */
export class NewestFirst {
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  /** @param limit how many run at a time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs `work` when its turn comes. @throws EngineError CANCELLED when `signal` aborts before; what `work` throws. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.pop()?.start();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place !== -1) this.#waiting.splice(place, 1);
        reject(new EngineError('CANCELLED', 'Cancelled.'));
      };
      const entry: Waiting = {
        start: () => {
          signal.removeEventListener('abort', leave);
          this.#running++;
          resolve();
        },
      };
      if (signal.aborted) leave();
      else if (this.#running < this.#limit) entry.start();
      else {
        this.#waiting.push(entry);
        signal.addEventListener('abort', leave, { once: true });
      }
    });
  }
}
