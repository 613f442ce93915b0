import {
  newAnnotationSchema,
  type AnnotationChanges,
  type AnnotationOperation,
  type NewAnnotation,
  type ReviewState,
} from '../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../electron/host/contract/library.ts';
import type { Moment } from '../../native-models/protocol/run-record.ts';
import { isEditable, keptOf, type TimelineEdit, type TimelineSegment } from './timeline-model.ts';
import { timelineTexts } from './timeline-texts.ts';

const titles = timelineTexts.edits;

/** Gives a new id, as `idSchema` wants them. */
export type NewId = () => string;

/** Which edge of a segment. */
export type Edge = 'start' | 'end';

/** Gives a segment other times; undefined where nothing would change or it cannot be changed. */
export function retimed(
  segment: TimelineSegment,
  to: Moment,
  newId: NewId,
  title: string = titles.moveEdge,
): TimelineEdit | undefined {
  if (!isEditable(segment) || to.endSec < to.startSec || to.startSec < 0) return undefined;
  if (segment.startSec === to.startSec && segment.endSec === to.endSec) return undefined;
  return changed(segment, { startSec: to.startSec, endSec: to.endSec }, newId, title);
}

/** Moves several by the same time; undefined where one of them would leave the video, or none moves. Seconds. */
export function shifted(
  segments: readonly TimelineSegment[],
  bySec: number,
  durationSec: number,
  newId: NewId,
): TimelineEdit | undefined {
  const moved = acted(segments);
  const fits = moved.every(({ startSec, endSec }) => startSec + bySec >= 0 && endSec + bySec <= durationSec);
  if (moved.length === 0 || bySec === 0 || !fits) return undefined;
  const edits = moved.map((segment) =>
    changed(
      segment,
      { startSec: segment.startSec + bySec, endSec: segment.endSec + bySec },
      newId,
      titles.shift,
    ),
  );
  return {
    title: titles.shift,
    operations: edits.flatMap(({ operations }) => operations),
    select: edits.flatMap(({ select = [] }) => select),
  };
}

/** Cuts a segment in two at a time within it. */
export function split(shown: TimelineSegment, atSec: number, newId: NewId): TimelineEdit | undefined {
  const segment = keptOf(shown);
  const { origin, startSec, endSec } = segment;
  if (!isEditable(segment) || atSec <= startSec || atSec >= endSec) return undefined;
  if (origin.type === 'candidate') {
    const first = kept(segment, { startSec, endSec: atSec }, newId());
    const second = kept(segment, { startSec: atSec, endSec }, newId());
    return {
      title: titles.split,
      operations: [first, second].map((annotation) => ({ op: 'add', annotation })),
      select: [second.id],
    };
  }
  if (origin.type !== 'annotation') return undefined;
  const { annotation } = origin;
  const second: NewAnnotation = {
    ...newAnnotationSchema.parse(annotation),
    id: newId(),
    startSec: atSec,
    endSec,
    ...(annotation.provenance === 'model'
      ? { provenance: 'edited', originalStartSec: startSec, originalEndSec: endSec }
      : {}),
  };
  return {
    title: titles.split,
    operations: [
      { op: 'update', id: segment.id, changes: { endSec: atSec } },
      { op: 'add', annotation: second },
    ],
    select: [second.id],
  };
}

/** Makes one of several: the earliest keeps its words and label, and spans them all. */
export function merged(segments: readonly TimelineSegment[], newId: NewId): TimelineEdit | undefined {
  const sorted = acted(segments).toSorted((a, b) => a.startSec - b.startSec);
  const [first, ...others] = sorted;
  if (!first || others.length === 0) return undefined;
  const whole = {
    startSec: first.startSec,
    endSec: Math.max(...sorted.map((segment) => segment.endSec)),
  };
  const removed = others.filter((segment) => segment.origin.type === 'annotation');
  const widened = changed(first, whole, newId, titles.merge);
  return {
    ...widened,
    operations: [
      ...widened.operations,
      ...removed.map(({ id }): AnnotationOperation => ({ op: 'remove', id })),
    ],
    select: widened.select ?? [first.id],
  };
}

/** Takes annotations away; candidates of a run stay part of it. */
export function removed(segments: readonly TimelineSegment[]): TimelineEdit | undefined {
  const operations = segments
    .filter((segment) => segment.origin.type === 'annotation' && isEditable(segment))
    .map(({ id }): AnnotationOperation => ({ op: 'remove', id }));
  return operations.length > 0 ? { title: titles.remove, operations, select: [] } : undefined;
}

/** Sets the label of segments, or takes it away. */
export function labelled(
  segments: readonly TimelineSegment[],
  labelId: string | null,
  newId: NewId,
): TimelineEdit | undefined {
  return together(segments, { labelId }, newId, titles.label);
}

/** Accepts, rejects or reopens segments. */
export function reviewed(
  segments: readonly TimelineSegment[],
  state: ReviewState,
  newId: NewId,
): TimelineEdit | undefined {
  const title = { accepted: titles.accept, rejected: titles.reject, open: titles.reopen }[state];
  return together(segments, { state }, newId, title);
}

/** Where a person's own moment goes. */
export interface AddedPlace {
  readonly videoId: string;
  readonly trackId: string;
  readonly labelId?: string;
}

/** A person's own moment. */
export function added(place: AddedPlace, moment: Moment, newId: NewId): TimelineEdit {
  const id = newId();
  const { videoId, trackId, labelId } = place;
  return {
    title: titles.add,
    operations: [
      {
        op: 'add',
        annotation: {
          id,
          videoId,
          startSec: moment.startSec,
          endSec: moment.endSec,
          text: '',
          note: '',
          provenance: 'human',
          state: 'open',
          ...(trackId === ownTrackId ? {} : { trackId }),
          ...(labelId === undefined ? {} : { labelId }),
        },
      },
    ],
    select: [id],
  };
}

function together(
  segments: readonly TimelineSegment[],
  changes: AnnotationChanges,
  newId: NewId,
  title: string,
): TimelineEdit | undefined {
  const edits = acted(segments).map((segment) => changed(segment, changes, newId, title));
  if (edits.length === 0) return undefined;
  return {
    title,
    operations: edits.flatMap((edit) => edit.operations),
    select: edits.flatMap((edit) => edit.select ?? []),
  };
}

/** What of the selected can be changed, each once: a candidate and the moment that it was kept as are one. */
function acted(segments: readonly TimelineSegment[]): TimelineSegment[] {
  const kept = segments.filter(isEditable).map(keptOf);
  return [...new Map(kept.map((segment) => [segment.id, segment])).values()];
}

/** An annotation is changed; a candidate becomes one. */
function changed(
  shown: TimelineSegment,
  changes: AnnotationChanges,
  newId: NewId,
  title: string,
): TimelineEdit {
  const segment = keptOf(shown);
  if (segment.origin.type === 'annotation') {
    return {
      title,
      operations: [{ op: 'update', id: segment.id, changes }],
      select: [segment.id],
    };
  }
  const annotation = kept(segment, changes, newId());
  return { title, operations: [{ op: 'add', annotation }], select: [annotation.id] };
}

/** The annotation that a candidate becomes. */
function kept(segment: TimelineSegment, changes: AnnotationChanges, id: string): NewAnnotation {
  const { origin } = segment;
  if (origin.type !== 'candidate') throw new TypeError('Only candidates become annotations');
  const startSec = changes.startSec ?? segment.startSec;
  const endSec = changes.endSec ?? segment.endSec;
  const moved = startSec !== segment.startSec || endSec !== segment.endSec;
  return {
    id,
    videoId: origin.videoId,
    startSec,
    endSec,
    text: changes.text ?? origin.query,
    note: changes.note ?? '',
    state: changes.state ?? 'open',
    ...(typeof changes.labelId === 'string' ? { labelId: changes.labelId } : {}),
    provenance: moved ? 'edited' : 'model',
    ...(moved ? { originalStartSec: segment.startSec, originalEndSec: segment.endSec } : {}),
    runId: origin.runId,
    candidateIndex: origin.candidateIndex,
    confidence: origin.confidence,
    ...(origin.verifierScore === undefined ? {} : { verifierScore: origin.verifierScore }),
  };
}
