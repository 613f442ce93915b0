import { filterMoments } from './moment-rows.ts';
import type { MomentFilter, MomentRow } from './moment-rows.ts';

/** What was looked for last, and what was found. */
interface LastLook {
  readonly rows: readonly MomentRow[];
  readonly overlaps: ReadonlyMap<string, number>;
  readonly filter: MomentFilter;
  readonly found: readonly MomentRow[];
}

/** Finds moments as `filterMoments` does; while words are typed it looks only among what was found up to there. */
export function createMomentFilter(): typeof filterMoments {
  let last: LastLook | undefined;
  return (rows, filter, overlaps) => {
    const among =
      last !== undefined &&
      last.rows === rows &&
      last.overlaps === overlaps &&
      asksForMore(last.filter, filter)
        ? last.found
        : rows;
    const found = filterMoments(among, filter, overlaps);
    last = { rows, overlaps, filter, found };
    return found;
  };
}

/** Whether all that a filter finds was found by the one before it, of which it only asks for more words or letters. */
function asksForMore(before: MomentFilter, now: MomentFilter): boolean {
  const { words: wordsBefore, ...choicesBefore } = before;
  const { words, ...choices } = now;
  return (
    words.toLowerCase().startsWith(wordsBefore.toLowerCase()) &&
    Object.entries(choices).every(([name, choice]) => choicesBefore[name as keyof typeof choices] === choice)
  );
}
