/** The windows that listen now, by the ids that they gave themselves; each leaves the history of the others alone. */
export class OpenWindows {
  readonly #listening = new Map<string, number>();

  /** Counts a window for as long as something goes on. */
  async during<Result>(windowId: string | undefined, work: () => Promise<Result>): Promise<Result> {
    if (windowId === undefined) return work();
    this.#add(windowId, 1);
    try {
      return await work();
    } finally {
      this.#add(windowId, -1);
    }
  }

  /** All but this one. */
  othersThan(windowId: string | undefined): readonly string[] {
    return [...this.#listening.keys()].filter((id) => id !== windowId);
  }

  #add(windowId: string, count: number): void {
    const next = (this.#listening.get(windowId) ?? 0) + count;
    if (next > 0) this.#listening.set(windowId, next);
    else this.#listening.delete(windowId);
  }
}
