import { rankingAveragePrecision } from './average-precision.ts';

/** A clip of QVHighlights lasts two seconds. */
const clipSec = 2;

/** Saliency from which on a clip is a highlight, by the names that reports use. */
export const highlightLevels = [
  ['Fair', 2],
  ['Good', 3],
  ['VeryGood', 4],
] as const;

/** One query: annotated clips and the predicted saliency of every clip. */
export interface HighlightQuery {
  readonly durationSec: number;
  /** Indices of the clips that were annotated; those outside the video are left out. */
  readonly clipIds: readonly number[];
  /** Per annotated clip, one score per annotator. */
  readonly saliency: readonly (readonly number[])[];
  /** Absent for a query without a readable prediction, which misses everything. */
  readonly predicted?: readonly number[];
}

/** Number of clips of a video: the rest of less than a clip has none. */
export function clipCount(durationSec: number): number {
  return Math.floor(durationSec / clipSec);
}

/** Whether the clip predicted highest is a highlight, and the mean average precision, of one query at one level. */
export interface HighlightScore {
  readonly hit: boolean;
  /** Per annotator. */
  readonly averagePrecisions: readonly number[];
}

/**
 * Highlight detection of QVHighlights (Moment-DETR's scorer; reference metrics notes, "QVHighlights scorer"). The hit needs
 * one annotator; the first of equally high clips counts, and one beyond the end misses. Predicted scores are cut or padded
 * with zeros to the number of clips.
 *
 * @param level least saliency of a highlight
 */
export function scoreHighlights(query: HighlightQuery, level: number): HighlightScore {
  const { predicted } = query;
  const clips = clipCount(query.durationSec);
  const annotators = query.saliency[0]?.length ?? 0;
  if (predicted === undefined) {
    return { hit: false, averagePrecisions: Array.from({ length: annotators }, () => 0) };
  }
  const positive = Array.from({ length: annotators }, () => Array.from({ length: clips }, () => false));
  for (const [index, clip] of query.clipIds.entries()) {
    for (const [annotator, row] of positive.entries()) {
      if (clip in row) row[clip] = (query.saliency[index]?.[annotator] ?? 0) >= level;
    }
  }
  const highest = predicted.indexOf(predicted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
  const scores = Array.from({ length: clips }, (_, clip) => predicted[clip] ?? 0);
  return {
    hit: positive.some((row) => row[highest] === true),
    averagePrecisions: positive.map((row) => rankingAveragePrecision(row, scores)),
  };
}
