import type { Moment } from '../../../native-models/protocol/run-record.ts';

/** How long both, one alone, the other alone, and neither of two marked something, in seconds. */
export interface MarkedTimes {
  readonly bothSec: number;
  readonly oneSec: number;
  readonly otherSec: number;
  readonly neitherSec: number;
}

/** Measures how long a video was marked by whom: moments of each may overlap, what lies beyond its end is cut. */
export function markedTimes(
  ones: readonly Moment[],
  others: readonly Moment[],
  durationSec: number,
): MarkedTimes {
  const edges = [...edgesOf(ones, 0, durationSec), ...edgesOf(others, 1, durationSec)].toSorted(
    (a, b) => a.atSec - b.atSec,
  );
  const open = [0, 0];
  // By who marks: 0 neither, 1 the one, 2 the other, 3 both.
  const spent = [0, 0, 0, 0];
  let fromSec = 0;
  const spend = (untilSec: number): void => {
    const who = Number((open[0] ?? 0) > 0) + 2 * Number((open[1] ?? 0) > 0);
    spent[who] = (spent[who] ?? 0) + (untilSec - fromSec);
    fromSec = untilSec;
  };
  for (const { atSec, side, step } of edges) {
    spend(atSec);
    open[side] = (open[side] ?? 0) + step;
  }
  spend(Math.max(fromSec, durationSec));
  const [neitherSec = 0, oneSec = 0, otherSec = 0, bothSec = 0] = spent;
  return { bothSec, oneSec, otherSec, neitherSec };
}

/** Times of several videos together. */
export function sumTimes(times: readonly MarkedTimes[]): MarkedTimes {
  const sum = (key: keyof MarkedTimes): number => times.reduce((total, each) => total + each[key], 0);
  return {
    bothSec: sum('bothSec'),
    oneSec: sum('oneSec'),
    otherSec: sum('otherSec'),
    neitherSec: sum('neitherSec'),
  };
}

/**
 * Cohen's kappa of two that mark or do not mark each instant (Cohen 1960, doi:10.1177/001316446002000104); null where
 * chance alone makes them agree, so that there is nothing to tell.
 */
export function kappaOf({ bothSec, oneSec, otherSec, neitherSec }: MarkedTimes): number | null {
  const totalSec = bothSec + oneSec + otherSec + neitherSec;
  if (totalSec <= 0) return null;
  const observed = (bothSec + neitherSec) / totalSec;
  const one = (bothSec + oneSec) / totalSec;
  const other = (bothSec + otherSec) / totalSec;
  const byChance = one * other + (1 - one) * (1 - other);
  return byChance >= 1 ? null : (observed - byChance) / (1 - byChance);
}

function edgesOf(moments: readonly Moment[], side: 0 | 1, durationSec: number) {
  return moments.flatMap(({ startSec, endSec }) => {
    const untilSec = Math.min(endSec, durationSec);
    if (untilSec <= startSec) return [];
    return [
      { atSec: startSec, side, step: 1 },
      { atSec: untilSec, side, step: -1 },
    ];
  });
}
