import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { EngineError, throwIfCancelled } from '../../../protocol/errors.ts';
import { parsePythonJson } from '../../scoring/python-json.ts';
import { type JsonPiece, lines, listElements } from '../../scoring/json-pieces.ts';
import type { AnnotationPlace } from '../benchmark.ts';
import { parquetBatches } from './parquet-rows.ts';
import { type PickledValue, readPickle } from './pickle.ts';

/** Where annotation files are read from. */
export interface AnnotationFolder {
  /** Absolute path of the `data/` folder; files are named relative to it. */
  readonly dataDir: string;
  /** How long a file may yield nothing before it counts as damaged; parquet alone. Default: 20 s. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One item of an annotation file, not yet looked at, or why it cannot be read. */
export type AnnotationPiece =
  | { readonly place: AnnotationPlace; readonly value: unknown }
  | { readonly place: AnnotationPlace; readonly fault: string };

/** JSON files that have to be read whole are refused above this: a JavaScript string could not hold them. */
const maxWholeFileBytes = 500 * 1024 * 1024;

/** The items of a JSON list, however long. @throws EngineError as `openFile` */
export async function* readJsonList(folder: AnnotationFolder, file: string): AsyncGenerator<AnnotationPiece> {
  yield* parsed(folder, file, listElements(await openFile(folder, file)));
}

/** The items of a file with one JSON value a line. @throws EngineError as `openFile` */
export async function* readJsonLines(
  folder: AnnotationFolder,
  file: string,
): AsyncGenerator<AnnotationPiece> {
  yield* parsed(folder, file, lines(await openFile(folder, file)));
}

/** The items of a text with one JSON value a line. @param file where it is from */
export function readJsonLinesOf(
  folder: AnnotationFolder,
  file: string,
  text: string,
): AsyncGenerator<AnnotationPiece> {
  return parsed(folder, file, lines(Readable.from([Buffer.from(text)])));
}

/** The lines of a text file, blank ones left out, as strings. @throws EngineError as `openFile` */
export async function* readTextLines(
  folder: AnnotationFolder,
  file: string,
): AsyncGenerator<AnnotationPiece> {
  const reader = createInterface({ input: await openFile(folder, file), crlfDelay: Infinity });
  let position = 0;
  for await (const line of reader) {
    throwIfCancelled(folder.signal);
    const value = ++position === 1 && line.startsWith('\ufeff') ? line.slice(1) : line;
    if (value.trim() !== '') yield { place: { file, position }, value };
  }
}

/** A file's bytes, where a form has to be read whole. @throws EngineError as `openFile`, ANNOTATIONS_INVALID for one too large */
export async function readFileBytes(folder: AnnotationFolder, file: string): Promise<Uint8Array> {
  const absolute = await checkFile(folder, file);
  const { size } = await stat(absolute);
  if (size > maxWholeFileBytes) {
    throw new EngineError(
      'ANNOTATIONS_INVALID',
      `${file} has ${size} bytes; at most ${maxWholeFileBytes} are read.`,
    );
  }
  return readFile(absolute);
}

/** The rows of a CSV file with a header, as objects of strings; positions are lines. @throws EngineError as `openFile` */
export async function* readCsvRows(folder: AnnotationFolder, file: string): AsyncGenerator<AnnotationPiece> {
  const input = await openFile(folder, file);
  const faults: AnnotationPiece[] = [];
  const parser = parse({
    bom: true,
    columns: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const position = Number(error?.['lines']);
      const place = { file, ...(Number.isInteger(position) && { position }) };
      faults.push({ place, fault: error?.message ?? 'The row cannot be read.' });
      return undefined;
    },
  });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const row of parser as AsyncIterable<{ info: { lines: number }; record: unknown }>) {
      throwIfCancelled(folder.signal);
      yield { place: { file, position: row.info.lines }, value: row.record };
    }
    // Last, since the parser runs ahead: a quote that is never closed swallows the rest of the file anyway.
    yield* faults;
  } finally {
    input.destroy();
  }
}

/** The rows of a parquet file, as objects; positions count from 0. @throws EngineError as `openFile`, ANNOTATIONS_INVALID */
export async function* readParquetRows(
  folder: AnnotationFolder,
  file: string,
): AsyncGenerator<AnnotationPiece> {
  const absolute = await checkFile(folder, file);
  const batches = parquetBatches(absolute, folder);
  let position = 0;
  try {
    for (;;) {
      const batch = await reading(file, 'parquet', () => batches.next());
      throwIfCancelled(folder.signal);
      if (batch.done === true) return;
      for (const value of batch.value) yield { place: { file, position: position++ }, value };
    }
  } finally {
    await batches.return(undefined);
  }
}

/** A whole JSON file. @throws EngineError as `openFile`, ANNOTATIONS_INVALID when it is not JSON */
export async function readWholeJson(folder: AnnotationFolder, file: string): Promise<unknown> {
  const absolute = await checkFile(folder, file);
  return reading(file, 'JSON', async () => {
    const { size } = await stat(absolute);
    if (size > maxWholeFileBytes) throw new RangeError(`it has ${size} bytes`);
    const text = await readFile(absolute, 'utf8');
    return parsePythonJson(text.startsWith('\ufeff') ? text.slice(1) : text);
  });
}

/** A pickle of plain data. @throws EngineError as `openFile`, ANNOTATIONS_INVALID for any other pickle */
export async function readPickleFile(folder: AnnotationFolder, file: string): Promise<PickledValue> {
  const absolute = await checkFile(folder, file);
  return reading(file, 'a pickle of plain data', async () => readPickle(await readFile(absolute)));
}

/** A path inside the data folder. @throws EngineError ANNOTATIONS_NOT_FOUND */
async function checkFile(folder: AnnotationFolder, file: string): Promise<string> {
  const absolute = path.resolve(folder.dataDir, file);
  throwIfCancelled(folder.signal);
  try {
    await using handle = await open(absolute, 'r');
    if ((await handle.stat()).isFile()) return absolute;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new EngineError(
        'ANNOTATIONS_NOT_FOUND',
        `The annotation file ${absolute} cannot be read: ${String(code)}.`,
        {
          remedy: 'Check that you may read this file.',
          cause: error,
        },
      );
    }
  }
  const isOneLevelTooDeep = await isFileThere(path.join(folder.dataDir, '..', file));
  throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no annotation file ${absolute}.`, {
    remedy: isOneLevelTooDeep
      ? `It lies one level up: give ${path.dirname(path.resolve(folder.dataDir))} with --data.`
      : `Give the folder that holds ${file} with --data.`,
    details: { file },
  });
}

function isFileThere(absolute: string): Promise<boolean> {
  return stat(absolute).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function openFile(
  folder: AnnotationFolder,
  file: string,
): Promise<ReturnType<typeof createReadStream>> {
  return createReadStream(await checkFile(folder, file));
}

async function* parsed(
  folder: AnnotationFolder,
  file: string,
  batches: AsyncIterable<readonly JsonPiece[]>,
): AsyncGenerator<AnnotationPiece> {
  for await (const pieces of batches) {
    throwIfCancelled(folder.signal);
    for (const piece of pieces) yield parsePiece(file, piece);
  }
}

function parsePiece(file: string, { position, text, fault }: JsonPiece): AnnotationPiece {
  const place = { file, position };
  if (text === undefined) return { place, fault: fault ?? 'There is nothing.' };
  try {
    return { place, value: parsePythonJson(text) };
  } catch (error) {
    return { place, fault: `Not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function reading<Value>(file: string, form: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('ANNOTATIONS_INVALID', `${file} is not ${form}: ${reason}`, { cause: error });
  }
}
