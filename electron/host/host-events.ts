import type { HostEvent } from './contract/events.ts';
import { toEngineError } from '../../native-models/protocol/errors.ts';

/** Tells every window what happened, in the order in which it happened. */
export class HostEvents {
  readonly #listeners = new Set<(event: HostEvent) => void>();

  emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Something that a person should know and that belongs to no request. */
  notice(level: 'info' | 'warning' | 'error', thrown: unknown): void {
    const { code, message, remedy } = toEngineError(thrown);
    this.emit({ type: 'notice', level, code, message, remedy });
  }

  /** Listens until the signal is aborted. */
  async listen(listener: (event: HostEvent) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#listeners.delete(listener);
  }
}
