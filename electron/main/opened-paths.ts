/** Files that the system asked to open, kept until a window listens. */
export class OpenedPaths {
  readonly #waiting: string[] = [];
  /** Told, and not yet opened. */
  #told: string[] = [];
  #listener: ((paths: readonly string[]) => void) | undefined;

  /** Takes what a double click, a drop on the icon or a second start named. */
  add(paths: readonly string[]): void {
    if (paths.length === 0) return;
    if (this.#listener === undefined) this.#waiting.push(...paths);
    else this.#tell(this.#listener, paths);
  }

  /** The window has opened them: only now are they no longer kept for the next one. */
  opened(paths: readonly string[]): void {
    for (const path of paths) {
      const index = this.#told.indexOf(path);
      if (index >= 0) this.#told.splice(index, 1);
    }
  }

  /** The window that gets them from now on; undefined while there is none. */
  setListener(listener: ((paths: readonly string[]) => void) | undefined): void {
    this.#listener = listener;
    // What the window before was told and had not opened when it ended comes first.
    this.#waiting.unshift(...this.#told);
    this.#told = [];
    if (listener === undefined || this.#waiting.length === 0) return;
    this.#tell(listener, this.#waiting.splice(0));
  }

  #tell(listener: (paths: readonly string[]) => void, paths: readonly string[]): void {
    this.#told.push(...paths);
    listener(paths);
  }
}
