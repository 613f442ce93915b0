import { parentPort, workerData } from 'node:worker_threads';
import type { SerializedError } from '../../../native-models/protocol/errors.ts';
import { openDatabase } from './open-database.ts';
import { operations } from './operations.ts';
import type { StoreOperationName } from './operations.ts';
import { toStoreError } from './store-errors.ts';
import type { Database } from './database.ts';

// The store's thread: SQLite is synchronous, and each commit waits for the disk.

/** What the thread is asked. */
export type StoreRequest =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly name: StoreOperationName;
      readonly params: unknown;
    }
  | { readonly type: 'close' };

/** What it answers: `opened` or `refused` first, then one `result` or `error` for each call. */
export type StoreReply =
  | { readonly type: 'opened'; readonly setAsidePath: string | undefined }
  | { readonly type: 'refused'; readonly error: SerializedError }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: SerializedError };

const port = parentPort;
const { filePath } = workerData as { readonly filePath: string };
const reply = (message: StoreReply): void => port?.postMessage(message);

try {
  const { database, setAsidePath } = openDatabase(filePath);
  port?.on('message', (request: StoreRequest) => {
    if (request.type === 'call') answer(database, request);
    else {
      database.close();
      port.close();
    }
  });
  reply({ type: 'opened', setAsidePath });
} catch (error) {
  reply({ type: 'refused', error: toStoreError(error, filePath).serialize() });
}

function answer(database: Database, { id, name, params }: Extract<StoreRequest, { type: 'call' }>): void {
  try {
    const operation = operations[name] as (database: Database, params: unknown) => unknown;
    reply({ type: 'result', id, result: database.transaction(() => operation(database, params)) });
  } catch (error) {
    reply({ type: 'error', id, error: toStoreError(error, filePath).serialize() });
  }
}
