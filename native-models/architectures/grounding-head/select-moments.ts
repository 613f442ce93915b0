/** A moment normalized to the video's length with its score: [start, end, score]. */
export type MomentRow = [number, number, number];

const suppressionThreshold = 0.75;
const mostRows = 100;

/**
 * Turns the head's points into moments: point ∓ offset × stride over the length, sorted by score; then moments that overlap
 * a better one by IoU ≥ 0.75 get score 0 and stay where the selection's swaps leave them. The first 100 rows.
 *
 * @param scores (points), levels one after another: ⌊frames / 2^k⌋ points at level k.
 * @param offsets (points, 2), in strides.
 */
export function selectMoments(scores: Float32Array, offsets: Float32Array, frames: number): MomentRow[] {
  const rows = pointRows(scores, offsets, frames);
  rows.sort((a, b) => b[2] - a[2]);
  for (const [index, row] of rows.entries()) {
    const best = bestFrom(rows, index);
    const chosen = rows[best] ?? row;
    rows[best] = row;
    rows[index] = chosen;
    for (let later = index + 1; later < rows.length; later++) {
      const other = rows[later];
      if (other !== undefined && intersectionOverUnion(chosen, other) >= suppressionThreshold) other[2] = 0;
    }
  }
  return rows.slice(0, mostRows);
}

function pointRows(scores: Float32Array, offsets: Float32Array, frames: number): MomentRow[] {
  const rows: MomentRow[] = [];
  for (let stride = 1; stride <= frames && rows.length < scores.length; stride *= 2) {
    const points = Math.floor(frames / stride);
    for (let point = 0; point < points; point++) {
      const at = rows.length;
      const place = point * stride;
      const start = (place - (offsets[2 * at] ?? 0) * stride) / frames;
      const end = (place + (offsets[2 * at + 1] ?? 0) * stride) / frames;
      rows.push([Math.fround(start), Math.fround(end), scores[at] ?? 0]);
    }
  }
  return rows;
}

function bestFrom(rows: readonly MomentRow[], first: number): number {
  let best = first;
  for (let index = first + 1; index < rows.length; index++) {
    if ((rows[index]?.[2] ?? 0) > (rows[best]?.[2] ?? 0)) best = index;
  }
  return best;
}

function intersectionOverUnion(a: MomentRow, b: MomentRow): number {
  const intersection = Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
  const union = a[1] - a[0] + (b[1] - b[0]) - intersection;
  return union > 0 ? intersection / union : 0;
}
