import path from 'node:path';

/** Files that the system asked to open, kept until a window listens. */
export class OpenedPaths {
  readonly #waiting: string[] = [];
  #listener: ((paths: readonly string[]) => void) | undefined;

  /** Takes what a double click, a drop on the icon or a second start named. */
  add(paths: readonly string[]): void {
    if (paths.length === 0) return;
    if (this.#listener === undefined) this.#waiting.push(...paths);
    else this.#listener(paths);
  }

  /** The window that gets them from now on; undefined while there is none. */
  setListener(listener: ((paths: readonly string[]) => void) | undefined): void {
    this.#listener = listener;
    if (listener === undefined || this.#waiting.length === 0) return;
    listener(this.#waiting.splice(0));
  }
}

/**
 * The files among the arguments that the program was started with.
 * @param args without the program itself (and the script, in a checkout).
 * @param workingFolder what relative ones are relative to.
 */
export function pathsInArguments(args: readonly string[], workingFolder: string): string[] {
  const end = args.indexOf('--');
  const named = end === -1 ? args.filter((argument) => !argument.startsWith('-')) : args.slice(end + 1);
  // Chromium and the installers add switches and addresses of their own; only files are opened.
  return named
    .filter(
      (argument) => argument !== '' && !/^[a-z][a-z\d+.-]+:/i.test(argument.replace(/^[a-z]:[\\/]/i, '')),
    )
    .map((argument) => path.resolve(workingFolder, argument));
}
