import { setTimeout as wait } from 'node:timers/promises';
import type { Job, Queue } from 'bullmq';
import { EngineError, throwIfCancelled } from '../../../../native-models/protocol/errors.ts';
import { ProgressClock } from '../progress-clock.ts';
import type { ResultJournal } from '../result-journal.ts';
import type { GroupRunner } from '../run-benchmark.ts';
import type { SampleGroup } from '../sample-groups.ts';
import type { GroupJob } from './job.ts';
import { groupResultSchema, queueName, runKey, toJob } from './job.ts';
import { connectQueue } from './connection.ts';

export interface ServeOptions {
  readonly redisUrl: string;
  readonly modelChecksum: string;
  readonly signal: AbortSignal;
  /** The server went away (again), or answers again. */
  readonly onConnection: (connected: boolean) => void;
}

const pollMs = 300;
/** Jobs are compared with what is missing so often: a server that came back may have forgotten them. */
const reconcileEvery = 10;
const jobsAtOnce = 200;
/** Results that nobody fetches are forgotten after a week. */
const keepResultsSec = 7 * 24 * 3600;

/**
 * Runs groups by workers elsewhere: each is a job on Redis. The journal on this machine is the truth: a result is in it before
 * its job is removed, a job that the server lost is put there again, and a result that comes twice is refused.
 */
export function queueRunner(options: ServeOptions): GroupRunner {
  return async (groups, journal, rules, onProgress) => {
    const { redisUrl, modelChecksum, signal, onConnection } = options;
    const { library, client, close } = await connectQueue(redisUrl, onConnection);
    const queue = new library.Queue<GroupJob>(queueName(modelChecksum), { connection: client });
    queue.on('error', ignoreConnectionErrors);
    try {
      const total = groups.reduce((sum, { samples }) => sum + samples.length, 0);
      const key = runKey(rules, total);
      const missing = new Map<string, SampleGroup>();
      for (const [place, { videoPath, samples }] of groups.entries()) {
        const open = samples.filter(({ id }) => !journal.has(id));
        if (open.length > 0) missing.set(`${key}-${place}`, { videoPath, samples: open });
      }
      const left = [...missing.values()].reduce((sum, { samples }) => sum + samples.length, 0);
      const clock = new ProgressClock(total, total - left);
      for (let round = 0; missing.size > 0; round++) {
        throwIfCancelled(signal);
        if (round % reconcileEvery === 0) {
          await addMissing(queue, missing, (group) => toJob(group, rules));
        }
        const fetched = await fetchResults(queue, missing, journal, () =>
          onProgress(clock.done(journal.failed)),
        );
        if (fetched === 0) await wait(pollMs, undefined, { signal });
      }
    } finally {
      // Redis may be away: closing the queue would wait for it.
      close();
    }
  };
}

/** The connection's own events tell that the server is away. */
export function ignoreConnectionErrors(): void {
  return undefined;
}

/** Puts the jobs on the queue that are not there; adding one that is there does nothing. */
async function addMissing(
  queue: Queue<GroupJob>,
  missing: ReadonlyMap<string, SampleGroup>,
  make: (group: SampleGroup) => GroupJob,
): Promise<void> {
  const counts = await queue.getJobCounts();
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (known >= missing.size) {
    const [first] = missing.keys();
    if (first === undefined || (await queue.getJob(first)) !== undefined) return;
  }
  const jobs = [...missing].map(([jobId, group]) => ({
    name: 'group',
    data: make(group),
    opts: {
      jobId,
      attempts: Number.MAX_SAFE_INTEGER,
      backoff: { type: 'fixed', delay: 500 },
      removeOnComplete: { age: keepResultsSec },
    },
  }));
  for (let start = 0; start < jobs.length; start += jobsAtOnce) {
    await queue.addBulk(jobs.slice(start, start + jobsAtOnce));
  }
}

/** @returns how many jobs of this run were done */
async function fetchResults(
  queue: Queue<GroupJob>,
  missing: Map<string, SampleGroup>,
  journal: ResultJournal,
  onResult: () => void,
): Promise<number> {
  const done = (await queue.getCompleted(0, jobsAtOnce - 1)).filter(({ id }) => missing.has(id ?? ''));
  for (const job of done) {
    for (const result of groupResultSchema.parse(job.returnvalue)) {
      if (await journal.append(result)) onResult();
    }
  }
  if (done.length > 0) await journal.sync();
  for (const job of done) {
    missing.delete(job.id ?? '');
    await job.remove();
  }
  const [failed] = (await queue.getFailed(0, jobsAtOnce - 1)).filter(({ id }) => missing.has(id ?? ''));
  if (failed !== undefined) await refuse(failed);
  return done.length;
}

/** A job fails for good only through what every other job would meet too. */
async function refuse(job: Job<GroupJob>): Promise<never> {
  const reason = job.failedReason;
  await job.remove();
  throw new EngineError('INTERNAL', `A worker cannot go on: ${reason}`, {
    remedy: 'Mend the worker’s machine or its package, and give the same command again: the run goes on.',
  });
}
