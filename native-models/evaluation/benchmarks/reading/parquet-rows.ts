import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { throwIfCancelled } from '../../../protocol/errors.ts';

/** What a worker is started for. */
export interface ParquetTask {
  readonly filePath: string;
  readonly batchRows: number;
}

/** The next rows, none after the last, or what is wrong with the file. */
export type ParquetReply = { readonly rows: readonly unknown[] } | { readonly fault: string };

/** How a file is read. */
export interface ParquetOptions {
  /** Longest time that a batch of rows may take; a thousand rows take some hundredths of a second. Default: 20 s. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const batchRows = 1_000;
const defaultPatienceMs = 20_000;
/** Far more than a batch needs; a damaged page may ask for anything. */
const memoryLimit = { maxOldGenerationSizeMb: 1024 };

/**
 * The rows of a parquet file, in batches. They are read in a thread of their own, which ends when it does not answer: a page
 * that contradicts itself would keep the library busy for ever.
 *
 * @throws Error for a file that is not parquet, is damaged, or yields nothing in time; EngineError CANCELLED
 */
export async function* parquetBatches(
  filePath: string,
  { patienceMs = defaultPatienceMs, signal }: ParquetOptions = {},
): AsyncGenerator<readonly unknown[]> {
  const worker = new Worker(new URL('./parquet-worker.ts', import.meta.url), {
    workerData: { filePath, batchRows } satisfies ParquetTask,
    resourceLimits: memoryLimit,
  });
  try {
    for (;;) {
      worker.postMessage('next');
      const reply = await nextReply(worker, patienceMs, signal);
      if ('fault' in reply) throw new Error(reply.fault);
      if (reply.rows.length === 0) return;
      yield reply.rows;
    }
  } finally {
    await worker.terminate();
  }
}

async function nextReply(
  worker: Worker,
  patienceMs: number,
  signal: AbortSignal | undefined,
): Promise<ParquetReply> {
  const deadline = AbortSignal.timeout(patienceMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    const [reply] = (await once(worker, 'message', { signal: stop })) as [ParquetReply];
    return reply;
  } catch (error) {
    throwIfCancelled(signal);
    if (deadline.aborted) {
      throw new Error(`it is damaged: no rows came in ${patienceMs / 1000} s`, { cause: error });
    }
    throw error;
  }
}
