import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../protocol/errors.ts';

/**
 * Lets messages in between two pieces of work and ends the run when one of them cancelled it. Needed because a forward
 * pass blocks the thread: without a turn of the event loop, no cancel request would ever be read.
 *
 * @throws EngineError CANCELLED
 */
export async function pauseForCancel(signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  await setImmediate();
  throwIfCancelled(signal);
}
