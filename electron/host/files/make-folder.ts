import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/**
 * Makes a folder and those above it, one after another: Node's own way (`recursive`) never ends on file systems that answer that
 * the folder above is not there when they take none (Linux: /proc).
 * @throws EngineError OUTPUT_UNWRITABLE
 */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  // A root cannot be made: where it is missing, as a Windows drive may be, what lies on it is refused.
  const root = path.parse(path.resolve(folder)).root;
  for (let each = path.resolve(folder); each !== root && !existsSync(each); each = path.dirname(each))
    missing.unshift(each);
  for (const each of missing) {
    try {
      mkdirSync(each);
    } catch (cause) {
      // Another process may have made it meanwhile.
      if (codeOf(cause) !== 'EEXIST') throw unmakeable(folder, cause, each);
    }
  }
  // A link to what is gone stands in the way, too.
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw unmakeable(folder, undefined, folder);
}

/**
 * Makes a folder that can be done without: where it cannot be written, nothing is said.
 * @throws EngineError OUTPUT_UNWRITABLE where its file system takes no folders, which is no place that anybody means.
 */
export function makeOptionalFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    if (error instanceof EngineError && codeOf(error.cause) === 'ENOENT') throw error;
  }
}

function unmakeable(folder: string, cause: unknown, refused: string): EngineError {
  if (codeOf(cause) !== 'ENOENT')
    return new EngineError('OUTPUT_UNWRITABLE', `${folder} cannot be made.`, { cause });
  const message = `${folder} cannot be made: ${path.dirname(refused)} takes no new folders.`;
  return new EngineError('OUTPUT_UNWRITABLE', message, { cause, remedy: 'Choose a folder on a disk.' });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
