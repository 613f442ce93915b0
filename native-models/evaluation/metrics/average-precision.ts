/** Items from the highest score to the lowest. */
export interface Ranking {
  readonly order: readonly number[];
  /** Whether the item at a rank has another score than the next: a threshold lies between them. */
  readonly endsTie: readonly boolean[];
}

/** Ranks items by score, higher first; done once for all annotators and levels. */
export function rankByScore(scores: readonly number[]): Ranking {
  const scoreOf = (item: number): number => scores[item] ?? 0;
  const order = scores.map((_, item) => item).sort((a, b) => scoreOf(b) - scoreOf(a));
  const endsTie = order.map((item, rank) => {
    const next = order[rank + 1];
    return next === undefined || scoreOf(next) !== scoreOf(item);
  });
  return { order, endsTie };
}

/**
 * Average precision of a ranking as QVHighlights' highlight detection computes it (Moment-DETR, after the PASCAL VOC
 * development kit): from the precision–recall curve over distinct scores, the running maximum of precision from low
 * threshold to high, averaged over every change of recall. One class only: 1 if all are positive, else 0.
 * Source: reference metrics notes, "Highlights".
 *
 * @param positive which items are positive
 */
export function rankingAveragePrecision(positive: readonly boolean[], ranking: Ranking): number {
  const single = singleClass(positive);
  if (single !== undefined) return single;
  const { precision, recall } = interpolatedCurve(positive, ranking);
  let sum = 0;
  let changes = 0;
  for (let point = 1; point < recall.length; point++) {
    if (recall[point] === recall[point - 1]) continue;
    sum += precision[point] ?? 0;
    changes++;
  }
  return sum / changes;
}

/** As `rankingAveragePrecision`, averaged over the eleven recalls 0, 0.1 … 1 (PASCAL VOC 2007). */
export function elevenPointAveragePrecision(positive: readonly boolean[], ranking: Ranking): number {
  const single = singleClass(positive);
  if (single !== undefined) return single;
  const { precision, recall } = interpolatedCurve(positive, ranking);
  let sum = 0;
  for (let tenth = 0; tenth <= 10; tenth++) {
    sum += precision[recall.findIndex((value) => value >= tenth * 0.1)] ?? 0;
  }
  return sum / 11;
}

function singleClass(positive: readonly boolean[]): number | undefined {
  if (!positive.includes(true)) return 0;
  return positive.includes(false) ? undefined : 1;
}

/** From above the highest threshold (recall 0, precision 1) to the lowest (recall 1); recall in float32. */
function interpolatedCurve(
  positive: readonly boolean[],
  { order, endsTie }: Ranking,
): { readonly precision: readonly number[]; readonly recall: readonly number[] } {
  let total = 0;
  for (const one of positive) if (one) total++;
  const precision = [1];
  const recall = [0];
  let hits = 0;
  for (let rank = 0; rank < order.length; rank++) {
    if (positive[order[rank] ?? -1] === true) hits++;
    if (endsTie[rank] !== true) continue;
    precision.push(hits / (rank + 1));
    recall.push(Math.fround(hits / total));
  }
  let best = 0;
  for (let point = precision.length - 1; point >= 0; point--) {
    best = Math.max(best, precision[point] ?? 0);
    precision[point] = best;
  }
  return { precision, recall };
}
