import type { Annotation, ReviewState } from '../../../electron/host/contract/annotations.ts';
import type { Moment } from '../../../native-models/protocol/run-record.ts';

/** Which moments are walked through. */
export type ReviewFilter = ReviewState | 'all';

/** A person's and a model's moments: imported ones are compared with, not reviewed. */
export function reviewable(annotations: readonly Annotation[]): readonly Annotation[] {
  return annotations.filter(({ provenance }) => provenance !== 'imported');
}

/** The moments of a state. */
export function ofState(moments: readonly Annotation[], filter: ReviewFilter): readonly Annotation[] {
  return filter === 'all' ? moments : moments.filter(({ state }) => state === filter);
}

/** How many there are in each state. */
export function countStates(moments: readonly Annotation[]): Readonly<Record<ReviewFilter, number>> {
  const counts = { all: moments.length, open: 0, accepted: 0, rejected: 0 };
  for (const { state } of moments) counts[state]++;
  return counts;
}

/** Temporal intersection over union of two moments, 0..1; of two equal instants 1. */
export function overlapOf(one: Moment, other: Moment): number {
  const union = Math.max(one.endSec, other.endSec) - Math.min(one.startSec, other.startSec);
  if (union === 0) return 1;
  const shared = Math.min(one.endSec, other.endSec) - Math.max(one.startSec, other.startSec);
  return Math.max(0, shared) / union;
}

/** The best overlap with a track of imported moments. */
export interface SourceOverlap {
  readonly source: string;
  readonly iou: number;
  readonly best: Annotation;
}

/** Of each imported source, the moment that overlaps most with the one selected; best source first. */
export function overlapsWithSources(
  moment: Moment,
  annotations: readonly Annotation[],
): readonly SourceOverlap[] {
  const imported = annotations.filter(({ provenance }) => provenance === 'imported');
  return [...Map.groupBy(imported, ({ source }) => source ?? '')]
    .flatMap(([source, group]) => {
      const best = group
        .map((each) => ({ source, iou: overlapOf(moment, each), best: each }))
        .reduce((a, b) => (b.iou > a.iou ? b : a));
      return [best];
    })
    .toSorted((a, b) => b.iou - a.iou);
}
