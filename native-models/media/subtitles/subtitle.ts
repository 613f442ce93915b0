import type { RunWarning } from '../../protocol/run-record.ts';

/** One subtitle: what is said between two times. */
export interface Subtitle {
  readonly startSec: number;
  readonly endSec: number;
  /** Plain text in one line: markup removed, line breaks turned into spaces. */
  readonly text: string;
}

/** How a file of subtitles is written. */
export type SubtitleForm = 'srt' | 'vtt' | 'ass' | 'sbv' | 'microdvd' | 'bracketed';

/** A subtitle that could not be read. */
export interface SkippedSubtitle {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** A subtitle as its form writes it: lines are told apart, since captions that roll repeat them. */
export interface Cue {
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
  readonly startSec: number;
  readonly endSec: number;
  /** Plain text, trimmed, none of them empty. */
  readonly lines: readonly string[];
  /** Words carry times of their own, as where captions were made by a machine. */
  readonly timedWords?: boolean;
}

/** What a reader of one form makes of a text. */
export interface ReadCues {
  readonly cues: readonly Cue[];
  readonly skipped: readonly SkippedSubtitle[];
  readonly warnings: readonly RunWarning[];
}
