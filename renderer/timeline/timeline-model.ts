import type {
  Annotation,
  AnnotationOperation,
  ReviewState,
} from '../../electron/host/contract/annotations.ts';

/** What a track shows; each kind has its colour. */
export type TrackKind =
  'candidates' | 'ranking' | 'chosen' | 'own' | 'imported' | 'said' | 'looked' | 'searched' | 'chapters';

/** What a segment stands for, and with that what can be done to it. */
export type SegmentOrigin =
  /** Kept by the project: can be changed, unless its track is locked or for reference. */
  | { readonly type: 'annotation'; readonly annotation: Annotation }
  /** Found by a model and not kept yet: changing it keeps it, as an annotation that knows where it came from. */
  | {
      readonly type: 'candidate';
      readonly runId: string;
      readonly videoId: string;
      /** Its place in `record.candidates`. */
      readonly candidateIndex: number;
      /** The query that it answers. */
      readonly query: string;
      readonly confidence: number;
      readonly verifierScore?: number;
      /** The moment that it was kept as: what is done to the one is done to the other. */
      readonly keptAs?: TimelineSegment;
    }
  /** Only to be looked at: the chosen moment, what a reasoner said. */
  | { readonly type: 'fixed' };

/** A stretch of the video on a track. Presentation seconds; start ≤ end. */
export interface TimelineSegment {
  /** Unique on the timeline: of an annotation its id, of a candidate `<runId>:<index>`. */
  readonly id: string;
  readonly startSec: number;
  readonly endSec: number;
  readonly text: string;
  /** Confidence or score, 0..1: drawn as how full the segment is. */
  readonly value?: number;
  readonly state?: ReviewState;
  /** Label colour of the design system, 0..7. */
  readonly labelColor?: number;
  readonly labelName?: string;
  /** It is on a track that cannot be changed. */
  readonly locked?: boolean;
  readonly origin: SegmentOrigin;
}

/** A track: its segments may overlap, they are laid out in lanes. */
export interface TimelineTrack {
  readonly id: string;
  readonly kind: TrackKind;
  readonly title: string;
  /** Label colour for segments without a label; absent: that of the kind. */
  readonly color?: number;
  readonly locked?: boolean;
  readonly segments: readonly TimelineSegment[];
}

/** The grounder's saliency, 0..1, at ascending presentation times. */
export interface SaliencyCurve {
  readonly timesSec: readonly number[];
  readonly values: readonly number[];
}

/** Presentation times of the frames that a role saw. */
export interface SampledFrames {
  readonly role: string;
  readonly timesSec: readonly number[];
}

/** Whether a video's sound is shown, and how that is changed. */
export interface WaveformSwitch {
  /** It has a sound. */
  readonly isPossible: boolean;
  readonly isShown: boolean;
  readonly onSwitch: () => void;
}

/** Changes that belong together: one step of undo, for `annotationsChange`. */
export interface TimelineEdit {
  readonly title: string;
  readonly operations: readonly AnnotationOperation[];
  /** With an edit right after it that has the same words it is one step of undo. */
  readonly join?: string;
  /** What is to be selected afterwards; absent: what is selected now. */
  readonly select?: readonly string[];
}

/** Whether the times of a segment can be changed. */
export function isEditable(segment: TimelineSegment): boolean {
  const { origin, locked } = keptOf(segment);
  return origin.type !== 'fixed' && locked !== true;
}

/** What an edit of a segment is about: of a candidate that was kept, the moment that it became. */
export function keptOf(segment: TimelineSegment): TimelineSegment {
  return (segment.origin.type === 'candidate' ? segment.origin.keptAs : undefined) ?? segment;
}

/** All segments of all tracks by their ids. */
export function segmentsById(tracks: readonly TimelineTrack[]): ReadonlyMap<string, TimelineSegment> {
  return new Map(tracks.flatMap((track) => track.segments.map((segment) => [segment.id, segment])));
}
