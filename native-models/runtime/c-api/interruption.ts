import { EngineError } from '../../protocol/errors.ts';
import type { Address, OrtLibrary } from './library.ts';

/**
 * Stops what runs. A run looks between any two of its operators whether it is to stop, so it ends within the time of one,
 * and the session can be used again.
 */
export class Interruption {
  readonly #library: OrtLibrary;
  #signal: AbortSignal | undefined;

  constructor(library: OrtLibrary) {
    this.#library = library;
  }

  /** Whatever runs from now on ends when this signal is aborted; undefined: nothing does. */
  heed(signal: AbortSignal | undefined): void {
    this.#signal = signal;
  }

  /** @throws EngineError CANCELLED when the signal is or was aborted; else what `run` throws. */
  async whileRunning(run: (runOptions: Address) => Promise<void>): Promise<void> {
    const signal = this.#signal;
    if (isAborted(signal)) throw cancelled();
    const runOptions = this.#library.make('CreateRunOptions');
    const terminate = (): void => this.#library.call('RunOptionsSetTerminate', runOptions);
    signal?.addEventListener('abort', terminate, { once: true });
    try {
      await run(runOptions);
    } catch (error) {
      throw isAborted(signal) ? cancelled() : error;
    } finally {
      signal?.removeEventListener('abort', terminate);
      this.#library.release('ReleaseRunOptions', runOptions);
    }
  }
}

/** A signal changes while one waits. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function cancelled(): EngineError {
  return new EngineError('CANCELLED', 'Cancelled.');
}
