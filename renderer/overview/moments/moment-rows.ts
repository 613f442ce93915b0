import type { Annotation, ReviewState } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Label, LibraryVideo, Project, Track } from '../../../electron/host/contract/library.ts';
import { overlapOf } from '../../../native-models/protocol/overlap.ts';
import { OverlappingMoments } from '../../../native-models/protocol/overlapping-moments.ts';
import type { ById } from '../../app/library/library-state.ts';

/** A moment with what is looked for in it. */
export interface MomentRow {
  readonly id: string;
  readonly annotation: Annotation;
  readonly label: Label | undefined;
  readonly track: Track | undefined;
  readonly videoName: string;
  readonly lengthSec: number;
  readonly score: number | undefined;
  /** Whoever had the last hand in it. */
  readonly annotator: string;
  /** All its words, in lower case. */
  readonly words: string;
}

/** From and to, both included; undefined: no border. */
export interface Range {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** What moments are looked for by. '' is any. */
export interface MomentFilter {
  readonly words: string;
  readonly state: ReviewState | '';
  /** An id, or `none`: without any. */
  readonly labelId: string;
  readonly trackId: string;
  readonly annotator: string;
  readonly score: Range;
  readonly lengthSec: Range;
  /** With the best moment of a reference track in the same video. */
  readonly overlap: Range;
}

const anyNumber: Range = { from: undefined, to: undefined };

/** Lets everything through. */
export const anyMoment: MomentFilter = {
  words: '',
  state: '',
  labelId: '',
  trackId: '',
  annotator: '',
  score: anyNumber,
  lengthSec: anyNumber,
  overlap: anyNumber,
};

/** The value of a choice for moments without a label. */
export const withoutLabel = 'none';

/** Rows of a project's moments. A row is kept for as long as its moment, and what it names, are the same. */
export function createRowMaker(): (
  annotations: readonly Annotation[],
  project: Project,
  videos: ById<LibraryVideo>,
) => readonly MomentRow[] {
  let known = new WeakMap<Annotation, MomentRow>();
  let madeFor: readonly unknown[] = [];
  return (annotations, project, videos) => {
    const { labels, tracks } = project;
    if (![labels, tracks, videos].every((part, index) => part === madeFor[index])) {
      known = new WeakMap();
      madeFor = [labels, tracks, videos];
    }
    const labelOf = new Map(labels.map((label) => [label.id, label]));
    const trackOf = new Map(tracks.map((track) => [track.id, track]));
    return annotations.map((annotation) => {
      const before = known.get(annotation);
      if (before !== undefined) return before;
      const label = labelOf.get(annotation.labelId ?? '');
      const videoName = videos[annotation.videoId]?.name ?? '';
      const annotator = annotation.changedBy ?? annotation.createdBy ?? '';
      const track = trackOf.get(annotation.trackId ?? ownTrackId);
      const { id, startSec, endSec, text, note, verifierScore, confidence } = annotation;
      const row: MomentRow = {
        ...{ id, annotation, label, track, videoName, annotator },
        lengthSec: endSec - startSec,
        score: verifierScore ?? confidence,
        words: [text, note, label?.name ?? '', track?.name ?? '', videoName, annotator]
          .join('\n')
          .toLowerCase(),
      };
      known.set(annotation, row);
      return row;
    });
  };
}

/** The best overlap of each moment with one of a reference track in its video, by id; none without such tracks. */
export function overlapsWithReference(rows: readonly MomentRow[]): ReadonlyMap<string, number> {
  const overlaps = new Map<string, number>();
  const references = rows.filter(({ track }) => track?.kind === 'reference');
  if (references.length === 0) return overlaps;
  const byVideo = new Map(
    [...Map.groupBy(references, ({ annotation }) => annotation.videoId)].map(([videoId, group]) => [
      videoId,
      new OverlappingMoments(group.map(({ annotation }) => annotation)),
    ]),
  );
  for (const { id, track, annotation } of rows) {
    if (track?.kind === 'reference') continue;
    let best = 0;
    for (const other of byVideo.get(annotation.videoId)?.of(annotation) ?? [])
      best = Math.max(best, overlapOf(annotation, other));
    overlaps.set(id, best);
  }
  return overlaps;
}

/** The rows that are looked for, in their order. */
export function filterMoments(
  rows: readonly MomentRow[],
  filter: MomentFilter,
  overlaps: ReadonlyMap<string, number>,
): readonly MomentRow[] {
  const wanted = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const { state, labelId, trackId, annotator, score, lengthSec, overlap } = filter;
  return rows.filter(
    (row) =>
      (state === '' || row.annotation.state === state) &&
      (labelId === '' || (row.annotation.labelId ?? withoutLabel) === labelId) &&
      (trackId === '' || (row.annotation.trackId ?? ownTrackId) === trackId) &&
      (annotator === '' || row.annotator === annotator) &&
      isIn(row.score, score) &&
      isIn(row.lengthSec, lengthSec) &&
      isIn(overlaps.get(row.id), overlap) &&
      wanted.every((word) => row.words.includes(word)),
  );
}

function isIn(value: number | undefined, { from, to }: Range): boolean {
  if (from === undefined && to === undefined) return true;
  return value !== undefined && value >= (from ?? -Infinity) && value <= (to ?? Infinity);
}
