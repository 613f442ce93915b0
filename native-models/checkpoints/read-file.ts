import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { EngineError, type ErrorCode } from '../protocol/errors.ts';
import { isLfsPointer, lfsPointerError } from '../protocol/lfs-pointer.ts';

/** A JSON object as it came from a file: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Configuration files are small; one that is larger than this is refused unread. */
export const maxConfigBytes = 16 * 1024 * 1024;

function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Whether the path leads to a regular file; links are followed, since the Hugging Face cache is made of them. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Whether the path leads to a folder. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Size in bytes of a regular file. Anything else is refused before it is opened: reading a named pipe would hang.
 * Throws CHECKPOINT_INCOMPLETE when it is missing, unreadable or not a file.
 */
export async function fileBytes(path: string): Promise<number> {
  let entry;
  try {
    entry = await stat(path);
  } catch (error) {
    const code = systemCode(error);
    const problem = code === 'ENOENT' ? `${path} is missing.` : `${path} cannot be read (${code}).`;
    throw new EngineError('CHECKPOINT_INCOMPLETE', problem, { cause: error });
  }
  if (!entry.isFile()) throw new EngineError('CHECKPOINT_INCOMPLETE', `${path} is not a file.`);
  return entry.size;
}

/** Opens a file for reading. Throws CHECKPOINT_INCOMPLETE when that is not possible. */
export async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new EngineError('CHECKPOINT_INCOMPLETE', `${path} cannot be read (${systemCode(error)}).`, {
      cause: error,
    });
  }
}

/**
 * Reads a text file of at most `maxBytes`.
 * Throws CHECKPOINT_INCOMPLETE when it cannot be read, and `code` when it is too large or not UTF-8.
 */
export async function readTextFile(path: string, code: ErrorCode, maxBytes: number): Promise<string> {
  const bytes = await fileBytes(path);
  if (bytes > maxBytes) {
    throw new EngineError(code, `${path} has ${bytes} bytes; at most ${maxBytes} are expected.`);
  }
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new EngineError('CHECKPOINT_INCOMPLETE', `${path} cannot be read (${systemCode(error)}).`, {
      cause: error,
    });
  }
  if (isLfsPointer(content)) throw lfsPointerError(path, code);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new EngineError(code, `${path} is not UTF-8 text.`, { cause: error });
  }
}

/** Whether a parsed JSON value is an object, neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON file that holds an object.
 * Throws CHECKPOINT_INCOMPLETE when it cannot be read, and `code` when it is too large or not a JSON object.
 */
export async function readJsonObject(
  path: string,
  code: ErrorCode = 'CONFIG_INVALID',
  maxBytes = maxConfigBytes,
): Promise<JsonObject> {
  const text = await readTextFile(path, code, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new EngineError(code, `${path} is not JSON: ${problem}`, { cause: error });
  }
  if (!isJsonObject(value)) throw new EngineError(code, `${path} does not hold a JSON object.`);
  return value;
}

/** Like readJsonObject, but undefined where there is no such file. */
export async function readOptionalJsonObject(path: string): Promise<JsonObject | undefined> {
  return (await isFile(path)) ? readJsonObject(path) : undefined;
}
