import { formatSeconds } from '../player/timecode.ts';
import { pxPerSec, secToPx, type ViewWindow } from './view-window.ts';

/** Where lines of the ruler stand and how they are named. */
export interface RulerScale {
  /** Between lines with a name. */
  readonly majorSec: number;
  /** Between all lines. */
  readonly minorSec: number;
  /** Digits after the seconds. */
  readonly decimals: number;
}

/** Named lines are at least this far apart. */
const roomPx = 90;
const steps: readonly (readonly [majorSec: number, minorSec: number])[] = [
  [0.01, 0.002],
  [0.02, 0.005],
  [0.05, 0.01],
  [0.1, 0.02],
  [0.2, 0.05],
  [0.5, 0.1],
  [1, 0.2],
  [2, 0.5],
  [5, 1],
  [10, 2],
  [15, 5],
  [30, 5],
  [60, 10],
  [120, 30],
  [300, 60],
  [600, 120],
  [900, 300],
  [1800, 300],
  [3600, 600],
  [7200, 1800],
  [21_600, 3600],
];

/** The finest scale whose names have room. */
export function rulerScale(view: ViewWindow): RulerScale {
  const perSec = pxPerSec(view);
  const step = steps.find(([major]) => major * perSec >= roomPx) ?? steps.at(-1) ?? [21_600, 3600];
  const [majorSec, minorSec] = step;
  return { majorSec, minorSec, decimals: majorSec >= 1 ? 0 : majorSec >= 0.1 ? 1 : 2 };
}

/** Multiples of a step within the view, as whole numbers of the step: sums of fractions would drift. */
export function ticksWithin(
  view: ViewWindow,
  stepSec: number,
): { readonly first: number; readonly last: number } {
  return {
    first: Math.ceil(view.startSec / stepSec - 1e-6),
    last: Math.floor(view.endSec / stepSec + 1e-6),
  };
}

/** A name on the ruler, and where it begins. */
export interface RulerName {
  readonly words: string;
  readonly leftPx: number;
}

/** From a line to its name. */
const besideLinePx = 4;

/** The names of the lines in view. */
export function rulerNames(view: ViewWindow): readonly RulerName[] {
  const { majorSec, decimals } = rulerScale(view);
  const { first, last } = ticksWithin(view, majorSec);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const timeSec = (first + index) * majorSec;
    return {
      words: formatSeconds(timeSec, decimals),
      leftPx: Math.round(secToPx(view, timeSec)) + besideLinePx,
    };
  });
}

/** The names that a label between two places would cover in part: half a name reads as another one. */
export function namesUnder(
  names: readonly RulerName[],
  left: number,
  right: number,
  widthOf: (words: string) => number,
): readonly RulerName[] {
  return names.filter(({ words, leftPx }) => leftPx < right && leftPx + widthOf(words) > left);
}
