import { parentPort, workerData } from 'node:worker_threads';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { ParquetReply, ParquetTask } from './parquet-rows.ts';

/*
 * Reads one parquet file, a batch of rows for each message. The library believes what a page says of itself and can be kept
 * busy for ever by a damaged one, so it works here, where it can be stopped.
 */
const { filePath, batchRows } = workerData as ParquetTask;
const opened = openTable();
let start = 0;

parentPort?.on('message', () => {
  void nextBatch()
    .catch((error: unknown): ParquetReply => ({
      fault: error instanceof Error ? error.message : String(error),
    }))
    .then((reply) => {
      parentPort?.postMessage(reply);
    });
});
// A failure is told with the first batch.
opened.catch(() => undefined);

async function openTable() {
  const file = await asyncBufferFromFile(filePath);
  const metadata = await parquetMetadataAsync(file);
  return { file, metadata, rowCount: Number(metadata.num_rows) };
}

async function nextBatch(): Promise<ParquetReply> {
  const { file, metadata, rowCount } = await opened;
  if (start >= rowCount) return { rows: [] };
  const rowEnd = Math.min(rowCount, start + batchRows);
  const rows = await parquetReadObjects({ file, metadata, rowStart: start, rowEnd });
  if (rows.length === 0) return { fault: `it breaks off after ${start} of ${rowCount} rows` };
  start = rowEnd;
  return { rows };
}
