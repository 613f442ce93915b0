import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { HostEvents } from '../host-events.ts';
import type { Store } from '../store/store.ts';
import type { Updates } from './updates.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What daily checks are made of. */
export interface DailyChecksParts {
  readonly updates: Updates;
  readonly store: Pick<Store, 'call'>;
  readonly events: HostEvents;
  readonly now: () => number;
}

/**
 * Checks for a newer release once a day, while a window is open to be told, and only if a person has switched that on
 * (`checksForUpdates`).
 */
export class DailyChecks {
  readonly #parts: DailyChecksParts;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: DailyChecksParts) {
    this.#parts = parts;
  }

  /** To be called when a window is there to be told, and when settings have changed. */
  look(): void {
    // One after another: what was switched on meanwhile counts.
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((thrown: unknown) => this.#parts.events.notice('warning', thrown));
  }

  /** No check begins any more. */
  async dispose(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#looking;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const { updates, store, now } = this.#parts;
    clearTimeout(this.#timer);
    const settings = await store.call('readSettings');
    if (!settings.checksForUpdates || updates.pageUrl === undefined) return;
    const { last } = await updates.state();
    const waitMs = last === undefined ? 0 : Math.max(0, last.atMs + dayMs - now());
    if (waitMs === 0) await this.#check();
    this.#timer = setTimeout(() => this.look(), waitMs === 0 ? dayMs : Math.min(waitMs, dayMs)).unref();
  }

  async #check(): Promise<void> {
    const { updates, events } = this.#parts;
    events.emit({ type: 'updateCheck', running: true });
    try {
      const { state, version, thisVersion } = await updates.check();
      if (state !== 'newer') return;
      events.emit({
        type: 'notice',
        level: 'info',
        code: 'UPDATE_AVAILABLE',
        message: `VideoMind ${version} is out; this is ${thisVersion}.`,
        remedy: 'Help, Check for updates says where it is.',
      });
    } catch (thrown) {
      // A machine without a network is nobody's concern; Settings shows when it was last tried and what came of it.
      if (toEngineError(thrown).code !== 'UPDATE_UNREACHABLE') events.notice('warning', thrown);
    } finally {
      events.emit({ type: 'updateCheck', running: false });
    }
  }
}
