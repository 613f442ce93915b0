import type { SubtitleLine } from '../../../electron/host/contract/library.ts';

/** The lines that have all of these words, whatever their case; the same list where there are none. */
export function findLines<Line extends SubtitleLine>(lines: readonly Line[], words: string): readonly Line[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return lines;
  return lines.filter(({ text }) => {
    const said = text.toLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}

/** The line that is said at a time, by start ordered: the one that began last and goes on; below 0: none. */
export function lineAt(lines: readonly SubtitleLine[], timeSec: number): number {
  return lines.findLastIndex(({ startSec, endSec }) => startSec <= timeSec && timeSec < endSec);
}
