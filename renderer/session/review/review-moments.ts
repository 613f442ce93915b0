import type { Annotation, ReviewState } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Track } from '../../../electron/host/contract/library.ts';
import { overlapOf } from '../../../native-models/protocol/overlap.ts';
import type { Moment } from '../../../native-models/protocol/run-record.ts';

/** Which moments are walked through. */
export type ReviewFilter = ReviewState | 'all';

/** Ids of the tracks that are worked on and shown, and of those that are compared with. */
export interface TracksByUse {
  readonly reviewed: ReadonlySet<string>;
  readonly reference: ReadonlyMap<string, string>;
}

/** What is on the project's own tracks is reviewed, what is on its reference tracks compared with; hidden ones are neither. */
export function tracksByUse(tracks: readonly Track[]): TracksByUse {
  const shown = tracks.filter(({ hidden }) => !hidden);
  return {
    reviewed: new Set(shown.filter(({ kind }) => kind === 'own').map(({ id }) => id)),
    reference: new Map(shown.filter(({ kind }) => kind === 'reference').map(({ id, name }) => [id, name])),
  };
}

/** The moments that are walked through and decided on. */
export function reviewable(
  annotations: readonly Annotation[],
  { reviewed }: TracksByUse,
): readonly Annotation[] {
  return annotations.filter(({ trackId = ownTrackId }) => reviewed.has(trackId));
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

/** The best overlap with a reference track; without any, the nearest moment on it. */
export interface TrackOverlap {
  readonly track: string;
  readonly iou: number;
  readonly best: Annotation;
}

/** Of each reference track, the moment that overlaps most with the one selected, or lies nearest; best track first. */
export function overlapsWithTracks(
  moment: Moment,
  annotations: readonly Annotation[],
  { reference }: TracksByUse,
): readonly TrackOverlap[] {
  const nearer = (one: TrackOverlap, other: TrackOverlap): number =>
    other.iou - one.iou || gapOf(moment, one.best) - gapOf(moment, other.best);
  return [...Map.groupBy(annotations, ({ trackId = ownTrackId }) => trackId)]
    .flatMap(([trackId, group]) => {
      const track = reference.get(trackId);
      if (track === undefined) return [];
      return group
        .map((best) => ({ track, iou: overlapOf(moment, best), best }))
        .toSorted(nearer)
        .slice(0, 1);
    })
    .toSorted(nearer);
}

/** Time between two moments; of those that overlap 0. */
function gapOf(one: Moment, other: Moment): number {
  return Math.max(0, one.startSec - other.endSec, other.startSec - one.endSec);
}
