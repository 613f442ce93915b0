/** A file to be written: its name and what is in it. */
export interface ExportFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** What a format makes of a project. */
export interface WrittenExport {
  /** One, or one per video where the format knows only one. */
  readonly files: readonly ExportFile[];
  /** Moments written. */
  readonly moments: number;
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

/** Names made different from each other by a number, for videos of the same name in several folders. */
export function distinctNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 2; used.has(distinct.toLowerCase()); number++) distinct = `${name}-${number}`;
    used.add(distinct.toLowerCase());
    return distinct;
  });
}
