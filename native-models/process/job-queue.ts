import { EngineError, throwIfCancelled } from '../protocol/errors.ts';

/** Runs jobs one after another, in the order in which they came: two models at work would only slow each other down. */
export class JobQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws EngineError CANCELLED at once when the signal is aborted before the job's turn; what the job throws. */
  run<T>(signal: AbortSignal, job: () => Promise<T>): Promise<T> {
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
