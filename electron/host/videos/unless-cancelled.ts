import { EngineError } from '../../../native-models/protocol/errors.ts';

/** Waits for work that goes on for others. @throws EngineError CANCELLED. */
export function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new EngineError('CANCELLED', 'Cancelled.'));
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
  });
}
