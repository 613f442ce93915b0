/**
 * Average precision of a ranking as QVHighlights' highlight detection computes it (Moment-DETR, after the PASCAL VOC
 * development kit): from the precision–recall curve over distinct scores, the running maximum of precision from low
 * threshold to high, averaged over every change of recall, which is in float32. One class only: 1 if all are positive,
 * else 0. Source: reference metrics notes, "Highlights".
 *
 * @param positive which items are positive
 * @param scores one per item, higher is better
 */
export function rankingAveragePrecision(positive: readonly boolean[], scores: readonly number[]): number {
  const single = singleClass(positive);
  if (single !== undefined) return single;
  const { precision, recall } = interpolatedCurve(positive, scores);
  const steps = precision.filter(
    (_, index) => index + 1 < recall.length && recall[index] !== recall[index + 1],
  );
  return steps.reduce((sum, value) => sum + value, 0) / steps.length;
}

/** As `rankingAveragePrecision`, averaged over the eleven recalls 0, 0.1 … 1 (PASCAL VOC 2007). */
export function elevenPointAveragePrecision(positive: readonly boolean[], scores: readonly number[]): number {
  const single = singleClass(positive);
  if (single !== undefined) return single;
  const { precision, recall } = interpolatedCurve(positive, scores);
  let sum = 0;
  for (let point = 0; point <= 10; point++) {
    const last = recall.findLastIndex((value) => value >= point * 0.1);
    sum += precision[last] ?? 0;
  }
  return sum / 11;
}

function singleClass(positive: readonly boolean[]): number | undefined {
  if (positive.every((one) => !one)) return 0;
  return positive.every(Boolean) ? 1 : undefined;
}

/** From the lowest threshold (recall 1) to above the highest (recall 0, precision 1); precision interpolated that way. */
function interpolatedCurve(
  positive: readonly boolean[],
  scores: readonly number[],
): { readonly precision: readonly number[]; readonly recall: readonly number[] } {
  const order = positive.map((_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const total = positive.filter(Boolean).length;
  const precision = [1];
  const recall = [0];
  let hits = 0;
  for (const [rank, item] of order.entries()) {
    if (positive[item] === true) hits++;
    const next = order[rank + 1];
    if (next !== undefined && scores[next] === scores[item]) continue;
    precision.push(hits / (rank + 1));
    recall.push(Math.fround(hits / total));
  }
  precision.reverse();
  recall.reverse();
  let best = 0;
  return { precision: precision.map((value) => (best = Math.max(best, value))), recall };
}
