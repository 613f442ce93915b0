import { EngineError, throwIfCancelled } from '../protocol/errors.ts';

/** Runs jobs one after another, in the order in which they came: two models at work would only slow each other down. */
export class JobQueue {
  #last: Promise<unknown> = Promise.resolve();
  /** Of jobs that give way. */
  readonly #givingWay = new Set<AbortController>();

  /** @throws EngineError CANCELLED at once when the signal is aborted before the job's turn; what the job throws. */
  run<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    const turn = this.#enqueue(signal, job);
    for (const controller of this.#givingWay) controller.abort();
    return turn;
  }

  /**
   * Runs a job while there is nothing else to do: it is stopped by its signal as soon as another one comes, and begun anew behind it,
   * so it has to find what it did before.
   *
   * @throws EngineError as `run`
   */
  async runWhenIdle<T>(signal: AbortSignal, job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      const giveWay = new AbortController();
      const stop = AbortSignal.any([signal, giveWay.signal]);
      this.#givingWay.add(giveWay);
      try {
        return await this.#enqueue(stop, () => job(stop));
      } catch (error) {
        if (signal.aborted || !giveWay.signal.aborted) throw error;
      } finally {
        this.#givingWay.delete(giveWay);
      }
    }
  }

  #enqueue<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    const { promise: leftQueue, reject: leave } = Promise.withResolvers<never>();
    const onAbort = (): void => leave(new EngineError('CANCELLED', 'Cancelled before it was begun.'));
    signal.addEventListener('abort', onAbort, { once: true });
    const turn = this.#last.then(() => {
      throwIfCancelled(signal);
      signal.removeEventListener('abort', onAbort);
      return job();
    });
    this.#last = turn.catch(() => undefined);
    return Promise.race([turn, leftQueue]);
  }
}
