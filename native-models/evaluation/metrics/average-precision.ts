/** Whether an item is positive. */
export type IsPositive = (item: number) => boolean;

/** Per item, how many items have its score or a higher one. */
export type Ranking = Uint32Array;

/** Ranks items by score, higher first; done once for all annotators and levels. */
export function rankByScore(scores: readonly number[]): Ranking {
  // Filled by hand: `from` with a function goes through an iterator, ten times as slow.
  const ascending = new Float64Array(scores);
  ascending.sort();
  const ranking = new Uint32Array(scores.length);
  for (let item = 0; item < scores.length; item++) {
    ranking[item] = scores.length - countBelow(ascending, scores[item] ?? 0);
  }
  return ranking;
}

/**
 * Average precision of a ranking as QVHighlights' highlight detection computes it (Moment-DETR, after the PASCAL VOC
 * development kit): from the precision–recall curve over distinct scores, the running maximum of precision from low
 * threshold to high, averaged over every change of recall. One class only: 1 if all are positive, else 0.
 */
export function rankingAveragePrecision(isPositive: IsPositive, ranking: Ranking): number {
  const total = gatherPositives(isPositive, ranking);
  if (total === 0 || total === ranking.length) return total === 0 ? 0 : 1;
  const { precision, points } = interpolatedCurve(total, ranking);
  let sum = 0;
  for (let point = 1; point < points; point++) sum += precision[point] ?? 0;
  return sum / (points - 1);
}

/** As `rankingAveragePrecision`, averaged over the eleven recalls 0, 0.1 … 1 (PASCAL VOC 2007). */
export function elevenPointAveragePrecision(isPositive: IsPositive, ranking: Ranking): number {
  const total = gatherPositives(isPositive, ranking);
  if (total === 0 || total === ranking.length) return total === 0 ? 0 : 1;
  const { precision, recall, points } = interpolatedCurve(total, ranking);
  let sum = 0;
  for (let tenth = 0; tenth <= 10; tenth++) {
    const reached = recall.subarray(0, points).findIndex((value) => value >= tenth * 0.1);
    sum += precision[reached] ?? 0;
  }
  return sum / 11;
}

/** How many of the sorted values are below one. */
function countBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Curve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** How many of the values belong to the curve. */
  readonly points: number;
}

/** Written anew for every curve: scoring draws a million of them, none of which is kept. */
let scratch = makeScratch(256);

function makeScratch(length: number) {
  return {
    length,
    positives: new Uint32Array(length),
    precision: new Float64Array(length),
    recall: new Float64Array(length),
  };
}

/** Counts the positives, and notes how many stand at each place of the ranking: for `interpolatedCurve`, until the next call. */
function gatherPositives(isPositive: IsPositive, ranking: Ranking): number {
  if (ranking.length >= scratch.length) scratch = makeScratch(2 * ranking.length);
  const { positives } = scratch;
  positives.fill(0, 0, ranking.length + 1);
  let total = 0;
  for (let item = 0; item < ranking.length; item++) {
    if (!isPositive(item)) continue;
    const above = ranking[item] ?? 0;
    positives[above] = (positives[above] ?? 0) + 1;
    total++;
  }
  return total;
}

/**
 * The points at which recall changes, from above the highest threshold (recall 0, precision 1) to the lowest (recall 1);
 * recall in float32. Of the positives that were gathered last. Points between them have less precision and change nothing. Valid until the next call.
 */
function interpolatedCurve(total: number, ranking: Ranking): Curve {
  const { positives, precision, recall } = scratch;
  precision[0] = 1;
  recall[0] = 0;
  let points = 1;
  let hits = 0;
  for (let above = 1; above <= ranking.length; above++) {
    const here = positives[above] ?? 0;
    if (here === 0) continue;
    hits += here;
    precision[points] = hits / above;
    recall[points] = Math.fround(hits / total);
    points++;
  }
  let best = 0;
  for (let point = points - 1; point >= 0; point--) {
    best = Math.max(best, precision[point] ?? 0);
    precision[point] = best;
  }
  return { precision, recall, points };
}
