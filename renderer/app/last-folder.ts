const key = 'videomind.last-folder';

/** The folder that was looked at last, as this window remembers it. */
export function lastFolder(): string | undefined {
  try {
    return window.localStorage.getItem(key) ?? undefined;
  } catch {
    // Storage can be forbidden; the host knows where to begin.
    return undefined;
  }
}

/** Remembers the folder that is looked at. */
export function rememberFolder(path: string): void {
  try {
    window.localStorage.setItem(key, path);
  } catch {
    // As above.
  }
}
