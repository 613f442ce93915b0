import { rankByScore, rankingAveragePrecision } from './average-precision.ts';

/** A clip of QVHighlights lasts two seconds. */
const clipSec = 2;

/** Saliency from which on a clip is a highlight, by the names that reports use. */
export const highlightLevels = [
  ['Fair', 2],
  ['Good', 3],
  ['VeryGood', 4],
] as const;

/** What annotators said about one query's video. */
export interface HighlightAnnotation {
  readonly durationSec: number;
  /** Indices of the clips that were annotated; those outside the video are left out. */
  readonly clipIds: readonly number[];
  /** Per annotated clip, one score per annotator. */
  readonly saliency: readonly (readonly number[])[];
}

/** Per annotator, how many of `highlightLevels` each clip of the video reaches; clips that were not annotated reach none. */
export type HighlightTruth = readonly Uint8Array[];

/** Number of clips of a video: the rest of less than a clip has none. */
export function clipCount(durationSec: number): number {
  return Math.floor(durationSec / clipSec);
}

/** Annotations by clip. */
export function highlightTruth({ durationSec, clipIds, saliency }: HighlightAnnotation): HighlightTruth {
  const annotators = saliency[0]?.length ?? 0;
  return Array.from({ length: annotators }, (_, annotator) => {
    const reached = new Uint8Array(clipCount(durationSec));
    for (let index = 0; index < clipIds.length; index++) {
      const clip = clipIds[index] ?? -1;
      if (clip in reached) reached[clip] = levelsReached(saliency[index]?.[annotator] ?? 0);
    }
    return reached;
  });
}

function levelsReached(score: number): number {
  let count = 0;
  for (const [, level] of highlightLevels) if (score >= level) count++;
  return count;
}

/** Whether the clip predicted highest is a highlight, and the average precisions, of one query at one level. */
export interface HighlightScore {
  readonly hit: boolean;
  /** Per annotator. */
  readonly averagePrecisions: readonly number[];
}

/**
 * Highlight detection of QVHighlights (Moment-DETR's scorer; fixtures/README.md, "QVHighlights scorer"). The hit needs
 * one annotator; the first of equally high clips counts, and one beyond the end misses. Predicted scores are cut or padded
 * with zeros to the number of clips.
 *
 * @param predicted saliency of every clip
 * @returns one score per level of `highlightLevels`
 */
export function scoreHighlights(
  truth: HighlightTruth,
  predicted: readonly number[],
): readonly HighlightScore[] {
  const clips = truth[0]?.length ?? 0;
  const ranking = rankByScore(predicted.length === clips ? predicted : fitted(predicted, clips));
  const highest = highestClip(predicted);
  return highlightLevels.map((_, level) => ({
    hit: truth.some((reached) => (reached[highest] ?? 0) > level),
    averagePrecisions: truth.map((reached) =>
      rankingAveragePrecision((clip) => (reached[clip] ?? 0) > level, ranking),
    ),
  }));
}

/** What a query without a readable prediction scores: it misses everything. */
export function missedHighlights(annotators: number): readonly HighlightScore[] {
  const averagePrecisions = Array.from({ length: annotators }, () => 0);
  return highlightLevels.map(() => ({ hit: false, averagePrecisions }));
}

/** Cut or padded with zeros. */
function fitted(predicted: readonly number[], clips: number): readonly number[] {
  return Array.from({ length: clips }, (_, clip) => predicted[clip] ?? 0);
}

/** The first of the highest. */
function highestClip(predicted: readonly number[]): number {
  let highest = 0;
  for (let clip = 1; clip < predicted.length; clip++) {
    if ((predicted[clip] ?? 0) > (predicted[highest] ?? 0)) highest = clip;
  }
  return highest;
}
