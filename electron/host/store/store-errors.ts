import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const results = {
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const;
/** Extended codes of writes that failed: where the size of files is limited, that is how a full disk looks. */
const failedWrites = [10 | (3 << 8), 10 | (19 << 8), 10 | (4 << 8)];

/** SQLite's primary result code of an error; undefined for other errors. */
function resultOf(error: unknown): { readonly primary: number; readonly extended: number } | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return { primary: error.errcode & 0xff, extended: error.errcode };
}

/** Whether an error says that the file is no sound database. */
export function saysDamaged(error: unknown): boolean {
  const primary = resultOf(error)?.primary;
  return primary === results.corrupt || primary === results.notADatabase;
}

/** Turns what SQLite throws into an error of the closed set. */
export function toStoreError(error: unknown, storePath: string): EngineError {
  const result = resultOf(error);
  if (result === undefined) return fileError(error, storePath);
  const { primary, extended } = result;
  const message = error instanceof Error ? error.message : String(error);
  if (primary === results.full || failedWrites.includes(extended)) {
    return new EngineError('DISK_FULL', `There is no room to write ${storePath}; nothing was lost.`, {
      cause: error,
    });
  }
  if (primary === results.busy) {
    return new EngineError('STORE_BUSY', `${storePath} is open in another instance of the program.`, {
      cause: error,
    });
  }
  if (saysDamaged(error)) {
    return new EngineError('STORE_DAMAGED', `${storePath} is damaged (${message}).`, {
      remedy: 'Start the program again: the damaged library is then set aside.',
      cause: error,
    });
  }
  if (primary === results.readonly || primary === results.cantOpen || primary === results.ioError) {
    return new EngineError('OUTPUT_UNWRITABLE', `${storePath} cannot be written (${message}).`, {
      cause: error,
    });
  }
  return new EngineError('INTERNAL', `${storePath}: ${message}`, { cause: error });
}

/** What goes wrong with the store's folder before SQLite is asked. */
function fileError(error: unknown, storePath: string): EngineError {
  const known = toEngineError(error);
  const isFileError = error instanceof Error && 'syscall' in error;
  if (known.code !== 'INTERNAL' || !isFileError) return known;
  return new EngineError('OUTPUT_UNWRITABLE', `${storePath} cannot be written (${known.message}).`, {
    cause: error,
  });
}
