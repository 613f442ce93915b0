import { EngineError, type ErrorCode } from './errors.ts';

/** How every pointer begins that git-lfs leaves in place of a file that was not fetched. */
const opening = 'version https://git-lfs.github.com/spec/';

/** Whether a file's first bytes are a git-lfs pointer. */
export function isLfsPointer(start: Uint8Array | string): boolean {
  const text = typeof start === 'string' ? start : new TextDecoder('latin1').decode(start.subarray(0, 64));
  return text.startsWith(opening);
}

/** The file is a pointer: nothing of it is here. */
export function lfsPointerError(path: string, code: ErrorCode): EngineError {
  return new EngineError(code, `${path} is a git-lfs pointer, not the file itself.`, {
    remedy: 'Fetch the files with `git lfs pull` in that folder, or download them again.',
  });
}
