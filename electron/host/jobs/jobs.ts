import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Job } from '../contract/models.ts';
import { required, storedError } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { ProgressGate } from './progress-gate.ts';

type JobKind = Job['kind'];
/** What of a job changes while it runs. */
export type JobProgress = Partial<Pick<Job, 'done' | 'total' | 'unit' | 'detail'>>;

/** What the work of a job is given. */
export interface JobWork {
  readonly job: Job;
  /** What was asked for, as it was given to `start`; after a restart as it was stored. */
  readonly request: unknown;
  /** Aborted when the job is cancelled or paused, or the host ends. */
  readonly signal: AbortSignal;
  readonly report: (progress: JobProgress) => void;
}

/** How jobs of a kind are done. Jobs of one kind run one after the other. */
export interface JobRule {
  /** @returns what it made. */
  work(work: JobWork): Promise<Pick<Job, 'outputPath' | 'modelId'>>;
  /** Whether it goes on where it stopped; such jobs can be paused, and are paused after a restart. */
  readonly resumes?: boolean;
  /** Whether it is begun again after a restart. */
  readonly startsAgain?: boolean;
  /** Removes what a cancelled job leaves behind. */
  discard?(job: Job, request: unknown): Promise<void>;
}

/** A job to be begun. */
export type NewJob = Pick<Job, 'kind' | 'title' | 'unit'> &
  Partial<Pick<Job, 'videoId' | 'modelId' | 'total' | 'outputPath'>>;

interface HeldJob {
  job: Job;
  request: unknown;
  running?: {
    readonly stop: AbortController;
    readonly ended: Promise<void>;
    outcome?: 'paused' | 'cancelled';
  };
}

/** Ended jobs that are kept for looking at. */
const endedKept = 100;

/** Long work in the background: queued, stored, watched, stopped; one at a time of each kind. */
export class Jobs {
  readonly #context: HostContext;
  readonly #rules = new Map<JobKind, JobRule>();
  readonly #jobs = new Map<string, HeldJob>();
  #ending = false;

  constructor(context: HostContext) {
    this.#context = context;
  }

  /** Says how jobs of a kind are done. */
  register(kind: JobKind, rule: JobRule): void {
    this.#rules.set(kind, rule);
  }

  /** Takes up the jobs of the last start: what can be resumed waits for it, other work that was cut off has failed. */
  async load(): Promise<void> {
    await this.#context.store.call('dropEndedJobs', { keep: endedKept });
    for (const { job, request } of await this.#context.store.call('listJobs')) {
      const held: HeldJob = { job, request };
      this.#jobs.set(job.id, held);
      if (job.state !== 'queued' && job.state !== 'running') continue;
      const rule = this.#rules.get(job.kind);
      if (rule?.resumes === true) await this.#change(held, { state: 'paused' });
      else if (rule?.startsAgain === true) await this.#change(held, { state: 'queued', done: 0 });
      else await this.#change(held, { state: 'failed', error: storedError(cutOff()) });
    }
    for (const kind of this.#rules.keys()) this.#startNext(kind);
  }

  /** All that are known, oldest first. */
  list(): Job[] {
    return [...this.#jobs.values()].map(({ job }) => job);
  }

  /** Those that have not ended. */
  open(): Job[] {
    return this.list().filter(({ state }) => ['queued', 'running', 'paused'].includes(state));
  }

  /** Puts a job into the queue of its kind. */
  async start({ kind, title, unit, total, ...about }: NewJob, request: unknown = null): Promise<Job> {
    const { newId, now, store, events } = this.#context;
    const job: Job = {
      ...{ id: newId(), kind, title, state: 'queued', done: 0, total: total ?? 0, unit, detail: '' },
      ...{ createdAtMs: now(), ...about },
    };
    await store.call('saveJob', { job, request });
    this.#jobs.set(job.id, { job, request });
    events.emit({ type: 'jobChanged', job });
    this.#startNext(kind);
    return job;
  }

  /** Does once more what has ended, as the same job; what is under way stays as it is. */
  async repeat(id: string, request: unknown): Promise<Job> {
    const held = required(this.#jobs.get(id), 'job');
    const { state, kind } = held.job;
    if (state !== 'done' && state !== 'failed' && state !== 'cancelled') return held.job;
    const job: Job = { ...held.job, state: 'queued', done: 0, detail: '' };
    delete job.error;
    await this.#context.store.call('saveJob', { job, request });
    Object.assign(held, { job, request });
    this.#context.events.emit({ type: 'jobChanged', job });
    this.#startNext(kind);
    return job;
  }

  /** Stops a job for good and removes what it leaves behind; one that has ended stays as it is, unless it could be resumed. */
  async cancel(id: string): Promise<Job> {
    const held = required(this.#jobs.get(id), 'job');
    if (held.running !== undefined) {
      held.running.outcome = 'cancelled';
      held.running.stop.abort();
      await held.running.ended;
    } else if (this.#canGoOn(held)) {
      await this.#discard(held);
      await this.#change(held, { state: 'cancelled' });
    }
    return held.job;
  }

  /** Stops a job so that it can be resumed. @throws EngineError ARGUMENT_INVALID for jobs that cannot. */
  async pause(id: string): Promise<Job> {
    const held = this.#resumable(id);
    if (held.running !== undefined) {
      held.running.outcome ??= 'paused';
      held.running.stop.abort();
      await held.running.ended;
    } else if (held.job.state === 'queued') {
      await this.#change(held, { state: 'paused' });
    }
    return held.job;
  }

  /** Goes on with a job that was paused, cut off, or has failed. @throws EngineError ARGUMENT_INVALID */
  async resume(id: string): Promise<Job> {
    const held = this.#resumable(id);
    if (held.running !== undefined || !['paused', 'failed'].includes(held.job.state)) return held.job;
    const job = { ...held.job };
    delete job.error;
    held.job = job;
    await this.#change(held, { state: 'queued' });
    this.#startNext(held.job.kind);
    return held.job;
  }

  /** Stops all; they are taken up by the next start. */
  async dispose(): Promise<void> {
    this.#ending = true;
    const running = [...this.#jobs.values()].flatMap((held) => held.running ?? []);
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #canGoOn({ job }: HeldJob): boolean {
    const { state, kind } = job;
    return (
      state === 'queued' ||
      state === 'paused' ||
      (state === 'failed' && this.#rules.get(kind)?.resumes === true)
    );
  }

  #resumable(id: string): HeldJob {
    const held = required(this.#jobs.get(id), 'job');
    if (this.#rules.get(held.job.kind)?.resumes === true) return held;
    throw new EngineError('ARGUMENT_INVALID', 'This work cannot be paused.', {
      remedy: 'Let it end, or cancel it.',
    });
  }

  #startNext(kind: JobKind): void {
    const rule = this.#rules.get(kind);
    const ofKind = [...this.#jobs.values()].filter(({ job }) => job.kind === kind);
    if (this.#ending || rule === undefined || ofKind.some(({ running }) => running !== undefined)) return;
    const next = ofKind.find(({ job }) => job.state === 'queued');
    if (next === undefined) return;
    const stop = new AbortController();
    const ended = this.#run(next, rule, stop.signal)
      .catch((error: unknown) => {
        if (!this.#ending) this.#context.events.notice('error', error);
      })
      .finally(() => {
        delete next.running;
        this.#startNext(kind);
      });
    next.running = { stop, ended };
  }

  async #run(held: HeldJob, rule: JobRule, signal: AbortSignal): Promise<void> {
    await this.#change(held, { state: 'running', detail: '' });
    const gate = new ProgressGate((progress, isStored) => {
      held.job = { ...held.job, ...progress };
      this.#context.events.emit({ type: 'jobChanged', job: held.job });
      // Lost progress costs nothing, and is not worth an error.
      if (isStored) this.#context.store.call('saveJob', { job: held.job }).catch(() => undefined);
    });
    let end: Partial<Job>;
    try {
      const { job, request } = held;
      const made = await rule.work({ job, request, signal, report: (progress) => gate.add(progress) });
      end = { state: 'done', done: held.job.total, ...made };
    } catch (thrown) {
      const error = toEngineError(thrown);
      end = signal.aborted
        ? { state: held.running?.outcome ?? 'running' }
        : { state: 'failed', error: storedError(error) };
    } finally {
      gate.close();
    }
    if (this.#ending && end.state !== 'done') return;
    if (end.state === 'cancelled') await this.#discard(held);
    try {
      await this.#change(held, end);
    } catch (error) {
      // It has ended all the same; the next start finds it cut off.
      this.#context.events.emit({ type: 'jobChanged', job: held.job });
      throw error;
    }
  }

  async #discard({ job, request }: HeldJob): Promise<void> {
    await this.#rules.get(job.kind)?.discard?.(job, request);
  }

  async #change(held: HeldJob, change: Partial<Job>): Promise<void> {
    held.job = { ...held.job, ...change };
    await this.#context.store.call('saveJob', { job: held.job });
    this.#context.events.emit({ type: 'jobChanged', job: held.job });
  }
}

function cutOff(): EngineError {
  return new EngineError('CANCELLED', 'The program ended while this was at work.', {
    remedy: 'Start it again.',
  });
}
