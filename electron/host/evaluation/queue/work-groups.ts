import { setTimeout as wait } from 'node:timers/promises';
import { throwIfCancelled, toEngineError } from '../../../../native-models/protocol/errors.ts';
import type { SampleResult } from '../result-journal.ts';
import type { EvaluationEngine } from '../sample-asker.ts';
import { askSample } from '../sample-asker.ts';
import type { GroupJob } from './job.ts';
import { fromJob, groupJobSchema, queueName } from './job.ts';
import { connectQueue } from './connection.ts';
import { ignoreConnectionErrors } from './serve-groups.ts';

export interface WorkOptions {
  readonly redisUrl: string;
  readonly modelPath: string;
  readonly modelChecksum: string;
  readonly dataDir: string;
  /** A worker that gives no sign of life for so long has its job taken over. */
  readonly lostAfterSec: number;
  /** End when this much time has passed without a job; absent: wait for ever. */
  readonly idleSec?: number | undefined;
  readonly signal: AbortSignal;
  /** Connected, and waiting for jobs. */
  readonly onReady: () => void;
  readonly onConnection: (connected: boolean) => void;
  readonly onSample: (result: SampleResult) => void;
}

/** From Ctrl-C to the end there is one second. */
const closeWithinMs = 500;

/**
 * Works on jobs of a model until the signal is aborted, one at a time for each engine. A job in hand when this ends is put back
 * and done by another worker.
 *
 * @throws EngineError QUEUE_UNREACHABLE, DEPENDENCY_MISSING; what no job of this machine can succeed for
 */
export async function workOnGroups(
  engines: readonly EvaluationEngine[],
  options: WorkOptions,
): Promise<void> {
  const { redisUrl, modelPath, modelChecksum, dataDir, onConnection, onSample } = options;
  const { library, client, close } = await connectQueue(redisUrl, onConnection);
  const ended = Promise.withResolvers<undefined>();
  const fault = new AbortController();
  const stop = AbortSignal.any([options.signal, fault.signal]);
  stop.addEventListener('abort', () => ended.resolve(undefined), { once: true });
  const free = [...engines];
  const idle = idleClock(options.idleSec, () => ended.resolve(undefined));
  try {
    const worker = new library.Worker<GroupJob, SampleResult[]>(
      queueName(modelChecksum),
      async ({ data }) => {
        const engine = free.pop();
        if (engine === undefined) throw new RangeError('There are more jobs than engines.');
        idle.busy();
        try {
          const { samples, rules } = fromJob(groupJobSchema.parse(data), dataDir, modelPath);
          const results: SampleResult[] = [];
          for (const sample of samples) {
            throwIfCancelled(stop);
            const result = await askSample(engine, rules, sample, stop);
            results.push(result);
            onSample(result);
          }
          return results;
        } catch (thrown) {
          const error = toEngineError(thrown);
          // What is put back with CANCELLED is done by another worker; anything else would fail there just so.
          if (error.code === 'CANCELLED') throw error;
          fault.abort(error);
          throw new library.UnrecoverableError(`${error.code}: ${error.message}`);
        } finally {
          free.push(engine);
          idle.free();
        }
      },
      {
        connection: client,
        concurrency: engines.length,
        ...takeover(options.lostAfterSec * 1000),
        // However often workers die: a job is nobody's fault.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
      },
    );
    worker.on('error', ignoreConnectionErrors);
    options.onReady();
    await ended.promise;
    // The job in hand ends as cancelled and is put back; where Redis is away, it is taken over later.
    await Promise.race([worker.close(), wait(closeWithinMs, undefined, { ref: false })]);
    await worker.close(true);
  } finally {
    idle.stop();
    close();
  }
  const reason: unknown = fault.signal.reason;
  if (fault.signal.aborted) throw toEngineError(reason);
  throwIfCancelled(options.signal);
}

/**
 * A job is taken over at the first look after its lock has run out, and locks are renewed at half of their time: together within
 * the time that was asked for.
 */
export function takeover(withinMs: number): {
  readonly lockDuration: number;
  readonly stalledInterval: number;
} {
  return { lockDuration: withinMs / 2, stalledInterval: withinMs / 4 };
}

/** Calls `onIdle` when nothing was busy for so long. */
function idleClock(
  idleSec: number | undefined,
  onIdle: () => void,
): { busy(): void; free(): void; stop(): void } {
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    if (idleSec !== undefined) timer = setTimeout(onIdle, idleSec * 1000);
  };
  start();
  return {
    busy: () => {
      running++;
      clearTimeout(timer);
    },
    free: () => {
      running--;
      if (running === 0) start();
    },
    stop: () => clearTimeout(timer),
  };
}
