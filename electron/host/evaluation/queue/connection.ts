import type * as BullMq from 'bullmq';
import type { Redis } from 'ioredis';
import { EngineError } from '../../../../native-models/protocol/errors.ts';

/** How long a Redis server may take to be reached at the start; once it was, a server that goes away is waited for. */
const reachableWithinMs = 5_000;

/** The queue library and a connection for it. */
export interface QueueConnection {
  readonly library: typeof BullMq;
  readonly client: Redis;
  /** Ends the connection: that the server is not there afterwards is nothing to tell. */
  readonly close: () => void;
}

/**
 * Connects to Redis. Commands wait for as long as the server is away afterwards.
 * @param onConnection told when the server went away, and when it answers again
 * @throws EngineError DEPENDENCY_MISSING, QUEUE_UNREACHABLE where the server does not answer at the start
 */
export async function connectQueue(
  url: string,
  onConnection: (connected: boolean) => void,
): Promise<QueueConnection> {
  const { library, Client } = await loadLibraries();
  const client = new Client(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: reachableWithinMs,
  });
  // Told by the events below; without a listener the library would print it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    client.disconnect();
    throw new EngineError('QUEUE_UNREACHABLE', `No Redis server answers at ${new URL(url).host}.`, { cause });
  }
  const lost = (): void => onConnection(false);
  client.on('close', lost);
  client.on('ready', () => onConnection(true));
  const close = (): void => {
    client.off('close', lost);
    client.disconnect();
  };
  return { library, client, close };
}

async function loadLibraries(): Promise<{ readonly library: typeof BullMq; readonly Client: typeof Redis }> {
  try {
    const [library, { Redis: Client }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { library, Client };
  } catch (cause) {
    throw new EngineError('DEPENDENCY_MISSING', 'The packages for queues on Redis are not installed.', {
      remedy: 'Install them with `npm install bullmq ioredis`, or divide the run by hand with --shard.',
      cause,
    });
  }
}
