import { EngineError } from '../protocol/errors.ts';
import type { FoundMoment } from './found-moment.ts';

/** What was left out of a file, and where it stands. */
export interface Skipped {
  readonly place: string;
  readonly reason: string;
}

/** Places that are named of each kind of thing. */
const namedPlaces = 3;
/** Longer texts are cut: nobody wrote a note of this length. */
const maxTextCharacters = 10_000;

/** What a reader adds of a moment; the rest is usual. */
export type MomentParts = Pick<FoundMoment, 'start' | 'end'> & Partial<FoundMoment>;

/** Gathers what a reader finds: moments, what it left out and why, and what it had to suppose. */
export class Findings {
  readonly moments: FoundMoment[] = [];
  readonly skipped: Skipped[] = [];
  readonly #assumed = new Map<string, string[]>();

  add(place: string, parts: MomentParts): void {
    const { text = '', label = '', note = '', videos = [], state = 'open', ...others } = parts;
    if (Math.max(text.length, label.length, note.length) > maxTextCharacters) {
      this.skip(place, `its text is longer than ${maxTextCharacters} characters`);
      return;
    }
    this.moments.push({ ...others, place, text, label, note, videos, state });
  }

  skip(place: string, reason: string): void {
    this.skipped.push({ place, reason });
  }

  /** @param text what was supposed, without its place. */
  assume(text: string, place?: string): void {
    const places = this.#assumed.get(text) ?? [];
    if (place !== undefined) places.push(place);
    this.#assumed.set(text, places);
  }

  /** In words for people, each once, with the first places. */
  get assumed(): string[] {
    return [...this.#assumed].map(([text, places]) => {
      if (places.length === 0) return text;
      const more = places.length - namedPlaces;
      return `${text} (${places.slice(0, namedPlaces).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
    });
  }
}

/** @returns ANNOTATIONS_INVALID with what can be read instead. */
export function unreadable(fileName: string, why: string): EngineError {
  return new EngineError('ANNOTATIONS_INVALID', `No annotations can be read from ${fileName}: ${why}.`, {
    remedy:
      'Give JSON (an export of this program, ActivityNet, Label Studio, VIA), JSONL (one moment a line, or QVHighlights), a table with columns for start and end (CSV, TSV, PySceneDetect, LosslessCut), ELAN, or CVAT for video.',
  });
}

/** Things left out counted by reason, with the first places of each. */
export function countedByReason(
  skipped: readonly Skipped[],
): { reason: string; count: number; examples: string[] }[] {
  return [...Map.groupBy(skipped, ({ reason }) => reason)].map(([reason, places]) => ({
    reason,
    count: places.length,
    examples: places.slice(0, 5).map(({ place }) => place),
  }));
}
