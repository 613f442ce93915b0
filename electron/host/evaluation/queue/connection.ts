import type * as BullMq from 'bullmq';
import { EngineError } from '../../../../native-models/protocol/errors.ts';

/** How long a Redis server may take to be reached at the start; once it was, a server that goes away is waited for. */
const reachableWithinMs = 5_000;

/** The queue library, which is optional. @throws EngineError DEPENDENCY_MISSING */
export async function loadBullMq(): Promise<typeof BullMq> {
  try {
    return await import('bullmq');
  } catch (cause) {
    throw new EngineError('DEPENDENCY_MISSING', 'The packages for queues on Redis are not installed.', {
      remedy: 'Install them with `npm install bullmq ioredis`, or divide the run by hand with --shard.',
      cause,
    });
  }
}

/** What queues are opened with: commands wait for as long as the server is away. */
export function connectionOptions(url: string): BullMq.RedisOptions {
  return { url, maxRetriesPerRequest: null };
}

/** @throws EngineError QUEUE_UNREACHABLE where the server does not answer at the start */
export async function requireReachable(queue: BullMq.Queue, url: string): Promise<void> {
  const tooLate = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const { host } = new URL(url);
    tooLate.reject(new EngineError('QUEUE_UNREACHABLE', `No Redis server answers at ${host}.`));
  }, reachableWithinMs);
  try {
    await Promise.race([queue.waitUntilReady(), tooLate.promise]);
  } finally {
    clearTimeout(timer);
  }
}
