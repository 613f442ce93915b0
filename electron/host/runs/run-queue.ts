import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Result } from '../../../native-models/protocol/methods.ts';
import type { Run } from '../contract/runs.ts';
import type { WatchedEngine } from '../engine/watched-engine.ts';
import { storedError } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { RunRecorder } from './run-recorder.ts';
import type { TraceFiles } from './trace-files.ts';

/** What a run is asked of, by paths. */
export interface RunTarget {
  readonly videoPath: string;
  readonly videoStream?: number | undefined;
  readonly modelPath: string;
  readonly subtitlesPath?: string | undefined;
  readonly subtitlesEncoding?: string | undefined;
}

interface CurrentRun {
  readonly id: string;
  readonly cancel: AbortController;
  readonly recorder: RunRecorder;
  /** Resolves with what became of it once that is stored; rejects as soon as it is known that it cannot be stored now. */
  readonly ended: Promise<Run>;
}

/** Asks the engine one question at a time, in the order in which they were put, and records what happens. */
export class RunQueue {
  readonly #context: HostContext;
  readonly #engine: WatchedEngine;
  readonly #traces: TraceFiles;
  #waiting: { readonly run: Run; readonly target: RunTarget }[] = [];
  #current: CurrentRun | undefined;
  #working: Promise<void> | undefined;
  #ending = false;

  constructor(context: HostContext, engine: WatchedEngine, traces: TraceFiles) {
    this.#context = context;
    this.#engine = engine;
    this.#traces = traces;
  }

  /** Puts a run into the queue. */
  add(run: Run, target: RunTarget): void {
    this.#waiting.push({ run, target });
    this.#working ??= this.#work();
  }

  /**
   * Takes a run out of the queue, or stops it. Undefined: it is neither queued nor running.
   * @throws EngineError DISK_FULL: it has stopped, but that cannot be stored yet.
   */
  async cancel(runId: string): Promise<Run | undefined> {
    if (this.#current?.id === runId) {
      this.#current.cancel.abort();
      return await this.#current.ended;
    }
    const index = this.#waiting.findIndex(({ run }) => run.id === runId);
    const [taken] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (taken === undefined) return undefined;
    try {
      const progress = { id: runId, state: 'cancelled', endedAtMs: this.#context.now() } as const;
      const stored = await this.#context.store.call('progressRun', progress);
      if (stored !== undefined) this.#tell(stored);
      return stored;
    } catch (error) {
      // It is queued as long as the library says so.
      this.add(taken.run, taken.target);
      throw error;
    }
  }

  /**
   * Brings a run that waits before another one, or behind all of them (null): before all where the other has begun meanwhile. One
   * that has begun itself stays where it is, and so do all where the other is gone.
   * @returns those that wait, in their order.
   */
  async move(runId: string, beforeId: string | null): Promise<Run[]> {
    const moved = this.#waiting.find(({ run }) => run.id === runId);
    if (moved !== undefined && runId !== beforeId) {
      const others = this.#waiting.filter((each) => each !== moved);
      const before = others.findIndex(({ run }) => run.id === beforeId);
      const place = beforeId === null ? others.length : beforeId === this.#current?.id ? 0 : before;
      if (place >= 0) this.#waiting = others.toSpliced(place, 0, moved);
    }
    const placed = await this.#context.store.call('placeRuns', {
      ids: this.#waiting.map(({ run }) => run.id),
    });
    for (const run of placed) this.#tell(run);
    return placed;
  }

  /** Stops; the next start goes on with what was queued. */
  async dispose(): Promise<void> {
    this.#ending = true;
    this.#waiting = [];
    this.#current?.cancel.abort();
    this.#current?.recorder.abandon();
    await this.#working;
  }

  async #work(): Promise<void> {
    // The answer that the question is queued goes out before anything about it does.
    await nextTurn();
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      try {
        await this.#runOne(next.run, next.target);
      } catch (error) {
        if (!this.#ending) this.#context.events.notice('error', error);
      }
      this.#current = undefined;
    }
    this.#working = undefined;
  }

  async #runOne(queued: Run, target: RunTarget): Promise<void> {
    const { id } = queued;
    const { store, events, now } = this.#context;
    const cancel = new AbortController();
    const recorder = new RunRecorder({
      append: (batch) => store.call('appendRunEvents', { id, events: batch }),
      progress: async (change) => (await store.call('progressRun', { id, ...change })) ?? queued,
      onStored: (batch) => events.emit({ type: 'runEvents', runId: id, events: [...batch] }),
      onBlocked: (error) => events.notice('error', error),
    });
    const { promise: ended, resolve, reject } = Promise.withResolvers<Run>();
    ended.catch(() => undefined);
    this.#current = { id, cancel, recorder, ended };
    try {
      const started = await recorder.untilStored(
        () => store.call('progressRun', { id, state: 'running', startedAtMs: now() }),
        reject,
      );
      if (started === undefined) {
        // It was removed while it waited.
        resolve(queued);
        return;
      }
      this.#tell(started);
      const outcome = await this.#ask(queued, target, cancel.signal, recorder);
      if (this.#ending) {
        reject(new EngineError('CANCELLED', 'The program ends.'));
        return;
      }
      const stored = await recorder.finish({ ...outcome, endedAtMs: now() }, reject);
      this.#tell(stored);
      resolve(stored);
    } catch (error) {
      reject(error);
      throw error;
    }
  }

  async #ask(
    { id, question }: Run,
    target: RunTarget,
    signal: AbortSignal,
    recorder: RunRecorder,
  ): Promise<Pick<Run, 'state' | 'record' | 'error'>> {
    let result: Result<'ask'>;
    try {
      result = await this.#engine.ask(
        question.modelId,
        { ...question, ...target, runId: id, trace: true },
        { signal, onProgress: (event) => recorder.add(event) },
      );
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (error.code === 'CANCELLED') return { state: 'cancelled' };
      return { state: 'failed', error: storedError(error) };
    }
    const { record, trace } = result;
    if (trace !== undefined) {
      // A run without its trace is a run all the same.
      await this.#traces
        .write(id, trace)
        .catch((error: unknown) => this.#context.events.notice('warning', error));
    }
    return { state: 'done', record };
  }

  #tell(run: Run): void {
    this.#context.events.emit({ type: 'runChanged', run });
  }
}
