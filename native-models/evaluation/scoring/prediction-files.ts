import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';
import { reportFileNames } from '../../protocol/eval-report.ts';
import type { IssueLog, Place } from './issue-log.ts';
import type { JsonPiece } from './json-pieces.ts';
import { lines, listElements } from './json-pieces.ts';
import { parsePythonJson } from './python-json.ts';

/** An object found in a file. */
export interface FoundObject {
  readonly place: Place;
  readonly fields: Readonly<Record<string, unknown>>;
}

const chunkBytes = 128 * 1024;

/**
 * The prediction files of a folder, by name: every `*.json` and `*.jsonl` that is not hidden, as the reference pools them;
 * of the folder of a run, those of the part that is meant.
 * An unsplit output beside chunks and gaps between chunks are reported.
 *
 * @throws EngineError FOLDER_NOT_FOUND
 */
export async function predictionFiles(
  folder: string,
  issues: IssueLog,
  partOfRun: 'predictions' | 'submission' = 'predictions',
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new EngineError('FOLDER_NOT_FOUND', `There is no folder ${folder}.`, { cause: error });
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
  for (const name of names) {
    if (/json$/.test(name) && !isPredictionFile(name)) {
      issues.add('ignored-file', { file: name }, 'The name ends neither in .json nor in .jsonl.');
    }
  }
  const isRun = names.some((name) => /^run(_\d+)?\.json$/.test(name));
  if (isRun && entries.some((entry) => entry.isDirectory() && entry.name === partOfRun)) {
    return predictionFiles(join(folder, partOfRun), issues);
  }
  // The report of predictions that others made lies among them.
  const isReported = Object.values(reportFileNames).every((name) => names.includes(name));
  const found = names.filter(
    (name) => isPredictionFile(name) && !(isReported && name === reportFileNames.json),
  );
  reportChunks(found, issues);
  return found.map((name) => join(folder, name));
}

/**
 * Streams the objects of a prediction file, a batch at a time; broken pieces are reported and passed over.
 *
 * @param name how the file is named in reports
 */
export async function* readObjects(
  path: string,
  name: string,
  issues: IssueLog,
  signal?: AbortSignal,
): AsyncGenerator<readonly FoundObject[]> {
  const stream = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  const batches = path.endsWith('.jsonl') ? lines(stream) : listElements(stream);
  try {
    for await (const batch of batches) {
      throwIfCancelled(signal);
      yield batch.flatMap((piece) => toObject(piece, name, issues) ?? []);
    }
  } catch (error) {
    if (!isFileError(error)) throw error;
    issues.add('unreadable-file', { file: name }, `The file cannot be read (${error.code}).`);
  }
}

function toObject(piece: JsonPiece, file: string, issues: IssueLog): FoundObject | undefined {
  const place = { file, position: piece.position };
  if (piece.text === undefined) {
    issues.add('broken-json', place, piece.fault ?? 'This is not JSON.');
    return undefined;
  }
  let value: unknown;
  try {
    value = parsePythonJson(piece.text);
  } catch {
    issues.add('broken-json', place, 'This is not JSON.');
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    issues.add('not-a-sample', place, 'This is no object.');
    return undefined;
  }
  return { place, fields: value as Readonly<Record<string, unknown>> };
}

function isPredictionFile(name: string): boolean {
  return /\.jsonl?$/.test(name);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && !(error instanceof EngineError);
}

function reportChunks(names: readonly string[], issues: IssueLog): void {
  const chunks = names.flatMap((name) => {
    const number = /^output_(\d+)\.jsonl?$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (chunks.length === 0) return;
  for (const name of names.filter((one) => /^output\.jsonl?$/.test(one))) {
    issues.add('stale-output', { file: name }, 'An unsplit output lies beside chunks; all are pooled.');
  }
  const largest = Math.max(...chunks);
  const missing = largest + 1 - new Set(chunks).size;
  if (missing > 0) {
    issues.add(
      'missing-chunk',
      { file: `output_${largest}` },
      `${missing} chunks before this one are missing.`,
    );
  }
}
