import { clockTime } from './text-layout.ts';

/** A moment on the timeline, with a word at the end of its line. */
export interface TimelineRow {
  readonly label: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly note: string;
}

/**
 * Draws moments over the length of a video, one line each, scaled to `columns`:
 *
 *     0:00.0                                   1:00.0
 *     ├─────────────────────────────────────────────┤
 *     1 ·······██████······························· 0.71
 */
export function momentTimeline(durationSec: number, rows: readonly TimelineRow[], columns: number): string[] {
  const labelWidth = Math.max(0, ...rows.map((row) => row.label.length));
  const noteWidth = Math.max(0, ...rows.map((row) => row.note.length));
  const width = Math.max(10, columns - labelWidth - noteWidth - 2);
  const margin = ' '.repeat(labelWidth + 1);
  const end = clockTime(durationSec);
  const start = clockTime(0);
  const lines = rows.map((row) => {
    const [from, to] = cells(row, durationSec, width);
    const track = '·'.repeat(from) + '█'.repeat(to - from) + '·'.repeat(width - to);
    return `${row.label.padEnd(labelWidth)} ${track} ${row.note}`.trimEnd();
  });
  return [
    `${margin}${start}${end.padStart(width - start.length)}`,
    `${margin}├${'─'.repeat(width - 2)}┤`,
    ...lines,
  ];
}

/** First cell of a moment and the one after its last: at least one cell, always inside the track. */
function cells(
  moment: { readonly startSec: number; readonly endSec: number },
  durationSec: number,
  width: number,
): [number, number] {
  const share = (seconds: number): number => (durationSec > 0 ? Math.min(1, seconds / durationSec) : 0);
  const from = Math.min(width - 1, Math.floor(share(moment.startSec) * width));
  const to = Math.max(from + 1, Math.round(share(moment.endSec) * width));
  return [from, to];
}
