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
