import type { RunEvent } from '../../../native-models/protocol/run-events.ts';
import type { EngineError } from '../../../native-models/protocol/errors.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Run, StoredRunEvent } from '../contract/runs.ts';
import type { RunProgress } from '../store/tables/runs.ts';

/** Where a recorder writes, and whom it tells. */
export interface RecorderParts {
  append(events: readonly StoredRunEvent[]): Promise<void>;
  /** Stores what became of the run together with its last events. */
  progress(change: Omit<RunProgress, 'id'>): Promise<Run>;
  /** Events that are on the disk. */
  onStored(events: readonly StoredRunEvent[]): void;
  /** The disk is full, or the library cannot be written for another reason; told once until it goes on. */
  onBlocked(error: EngineError): void;
}

/** How long tokens and progress may wait for others, so that a fast model does not flush the disk at every token. */
const batchMs = 100;
/** Between two tries while the library cannot be written. */
const retryMs = 1_000;
/** What passes by itself or by a person's doing; nothing is thrown away then. */
const passing: readonly string[] = ['DISK_FULL', 'OUTPUT_UNWRITABLE'];

/**
 * Stores the events of a run as they happen: tokens and progress in batches, everything else at once. Where the library
 * cannot be written, events are kept and written when there is room again.
 */
export class RunRecorder {
  readonly #parts: RecorderParts;
  readonly #startMs = performance.now();
  readonly #abandoned = new AbortController();
  #pending: StoredRunEvent[] = [];
  #nextSeq = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #blocked = false;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  add(event: RunEvent): void {
    const last = this.#pending.at(-1);
    const merged = last && together(last.event, event);
    if (last && merged) this.#pending[this.#pending.length - 1] = { ...last, event: merged };
    else this.#pending.push({ seq: this.#nextSeq++, atMs: performance.now() - this.#startMs, event });
    if (event.type === 'token' || event.type === 'progress') {
      this.#timer ??= setTimeout(() => void this.#flush(), batchMs);
    } else {
      void this.#flush();
    }
  }

  /**
   * Stores what became of the run with all events that were not stored yet.
   * @param onBlocked called when it cannot be stored now; it is tried again all the same.
   * @throws EngineError CANCELLED when the recorder was abandoned before.
   */
  async finish(
    change: Omit<RunProgress, 'id' | 'events'>,
    onBlocked: (error: EngineError) => void,
  ): Promise<Run> {
    clearTimeout(this.#timer);
    await this.#writing;
    const events = this.#pending.splice(0);
    return await this.untilStored(async () => {
      const run = await this.#parts.progress({ ...change, events });
      if (events.length > 0) this.#parts.onStored(events);
      return run;
    }, onBlocked);
  }

  /**
   * Stores something of the run, again and again while the disk refuses it: a run whose start is not stored would wait for ever.
   * @param onBlocked called when it cannot be stored now; it is tried again all the same.
   * @throws EngineError of what does not pass, or when the recorder was abandoned.
   */
  async untilStored<T>(work: () => Promise<T>, onBlocked?: (error: EngineError) => void): Promise<T> {
    for (;;) {
      try {
        const result = await work();
        this.#blocked = false;
        return result;
      } catch (thrown) {
        const error = toEngineError(thrown);
        if (!passing.includes(error.code) || this.#abandoned.signal.aborted) throw error;
        if (!this.#blocked) this.#parts.onBlocked(error);
        this.#blocked = true;
        onBlocked?.(error);
        await this.#wait();
      }
    }
  }

  /** Tries no more: the host ends. */
  abandon(): void {
    clearTimeout(this.#timer);
    this.#abandoned.abort();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(async () => {
      const events = this.#pending.splice(0);
      if (events.length === 0) return;
      try {
        await this.untilStored(() => this.#parts.append(events));
        this.#parts.onStored(events);
      } catch {
        // Abandoned, or the library broke: what is missing shows as an interrupted run.
      }
    });
    return this.#writing;
  }

  #wait(): Promise<void> {
    const { signal } = this.#abandoned;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, retryMs);
      const stop = (): void => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}

/** Two neighbouring events as one: tokens of the same reply, progress of the same work. Undefined: they stay two. */
function together(one: RunEvent, next: RunEvent): RunEvent | undefined {
  if (one.type === 'token' && next.type === 'token') {
    return one.role === next.role && one.part === next.part && one.turn === next.turn
      ? { ...next, text: one.text + next.text }
      : undefined;
  }
  if (one.type === 'progress' && next.type === 'progress') {
    return one.role === next.role && one.stage === next.stage ? next : undefined;
  }
  return undefined;
}
