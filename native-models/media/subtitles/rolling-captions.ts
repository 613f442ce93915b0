import type { Cue } from './subtitle.ts';

/** Cues that follow each other with no more between them belong together. */
const joinedSec = 0.1;
/** A cue of no more than this only holds what is shown already. */
const holdSec = 0.1;
const fewestRolled = 3;
const mostlyRolled = 0.5;

/** Captions with each line once, and how many repetitions were taken out. */
export interface UnrolledCaptions {
  readonly cues: readonly Cue[];
  readonly repeated: number;
}

/**
 * Captions that roll (of live broadcasts, of speech recognition) show each line again below or above the next one. Each
 * line is kept once, with the times of the cue that brought it. Files whose captions do not roll stay as they are: in them
 * what is said twice was said twice.
 * @param cues in time order.
 */
export function unrollCaptions(cues: readonly Cue[]): UnrolledCaptions {
  const repeats = cues.map((cue, index) => repeatedLines(cues[index - 1], cue));
  if (!rolls(cues, repeats)) return { cues, repeated: 0 };
  const unrolled = cues.map((cue, index) => ({ ...cue, lines: cue.lines.slice(repeats[index]) }));
  return {
    cues: unrolled.filter(({ lines }, index) => lines.length > 0 || repeats[index] === 0),
    repeated: repeats.reduce((sum, count) => sum + count, 0),
  };
}

/** How many lines a cue begins with that the one before it ended with. */
function repeatedLines(before: Cue | undefined, cue: Cue): number {
  if (before === undefined || cue.startSec - before.endSec > joinedSec) return 0;
  for (let count = Math.min(before.lines.length, cue.lines.length); count > 0; count--) {
    const shown = before.lines.slice(-count);
    if (shown.every((line, index) => line === cue.lines[index])) return count;
  }
  return 0;
}

function rolls(cues: readonly Cue[], repeats: readonly number[]): boolean {
  let rolled = 0;
  let held = 0;
  for (const [index, { lines, startSec, endSec }] of cues.entries()) {
    const count = repeats[index] ?? 0;
    if (count > 0 && lines.length > count) rolled++;
    if (count > 0 && lines.length === count && endSec - startSec <= holdSec) held++;
  }
  if (cues.some(({ timedWords }) => timedWords === true)) return rolled + held > 0;
  return (held > 0 && rolled > 0) || (rolled >= fewestRolled && rolled >= mostlyRolled * (cues.length - 1));
}
