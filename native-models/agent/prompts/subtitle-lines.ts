import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import type { Moment } from '../../protocol/run-record.ts';

/** Most lines that the answerer is given. */
export const maxSubtitleLines = 100;

/** Subtitles as the answerer reads them, and how many lines were too many. */
export interface SubtitleText {
  /** Ends with an empty line before the question; empty when no line falls into the span. */
  readonly text: string;
  readonly leftOut: number;
}

/** The lines that are spoken within a span, at most 100, with times relative to it. */
export function subtitleText(lines: readonly Subtitle[], span: Moment): SubtitleText {
  const spoken = lines.filter((line) => line.startSec < span.endSec && line.endSec > span.startSec);
  const shown = spoken.slice(0, maxSubtitleLines);
  if (shown.length === 0) return { text: '', leftOut: 0 };
  const written = shown.map((line) => {
    const startSec = Math.max(line.startSec, span.startSec) - span.startSec;
    const endSec = Math.min(line.endSec, span.endSec) - span.startSec;
    const words = line.text.replace(/\s+/gu, ' ').trim();
    return `[${startSec.toFixed(1)}s - ${endSec.toFixed(1)}s] ${words}`;
  });
  return { text: `Subtitles:\n${written.join('\n')}\n\n`, leftOut: spoken.length - shown.length };
}
