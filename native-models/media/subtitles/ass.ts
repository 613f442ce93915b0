import { readClock } from './cue-times.ts';
import { plainLines } from './plain-text.ts';
import type { Cue, ReadCues, SkippedSubtitle } from './subtitle.ts';

/** The columns of a line of dialogue where no line of formats says them (Advanced SubStation Alpha 4+). */
const usualColumns = 'Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text'
  .toLowerCase()
  .split(',');

/** Reads SubStation Alpha (ass, ssa): its lines of dialogue. Comments, and shapes that are drawn, are no text. */
export function readAss(lines: readonly string[]): ReadCues {
  let columns = usualColumns;
  let section = 'events';
  const cues: Cue[] = [];
  const skipped: SkippedSubtitle[] = [];
  for (const [index, line] of lines.entries()) {
    section = /^\s*\[(.*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const [, kind, rest = ''] = /^\s*(Format|Dialogue)\s*:\s*(.*)$/i.exec(line) ?? [];
    if (section !== 'events' || kind === undefined) continue;
    if (kind.toLowerCase() === 'format') {
      columns = rest.split(',').map((name) => name.trim().toLowerCase());
      continue;
    }
    const cells = cellsOf(rest, columns.length);
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
    const startSec = readClock(cell('start'));
    const endSec = readClock(cell('end'));
    const skip = (reason: string): unknown =>
      skipped.push({ line: index + 1, reason: `${reason}: "${line.trim().slice(0, 80)}"` });
    if (startSec === undefined || endSec === undefined) skip('Its times are not readable');
    else if (endSec < startSec) skip('It ends before it starts');
    else if (endSec < 0) skip('It lies before the video');
    else {
      const text = withoutDrawings(cell('text')).replace(/\\h/g, ' ');
      const startsAt = Math.max(0, startSec);
      cues.push({ line: index + 1, startSec: startsAt, endSec, lines: plainLines(text.split(/\\[Nn]/)) });
    }
  }
  return { cues, skipped, warnings: [] };
}

/** The last column is text, which may hold commas. */
function cellsOf(rest: string, count: number): string[] {
  const cells = rest.split(',');
  return [...cells.slice(0, count - 1), cells.slice(count - 1).join(',')].map((cell) => cell.trim());
}

/** Between `{\p1}` and `{\p0}` stand strokes. */
function withoutDrawings(text: string): string {
  return text
    .replace(/\{[^{}]*\\p[1-9][^{}]*\}.*?(?=\{[^{}]*\\p0[^{}]*\}|$)/g, '')
    .replace(/\{[^{}]*\}/g, '');
}
