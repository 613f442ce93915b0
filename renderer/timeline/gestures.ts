import type { Moment } from '../../native-models/protocol/run-record.ts';
import type { FrameTimes } from '../player/frame-times.ts';
import { added, retimed, type Edge, type NewId } from './edits.ts';
import type { Hit } from './hit-test.ts';
import { nearestFrameEdge, snap, snapPoints, type SnapPoints } from './snapping.ts';
import { isEditable, type TimelineEdit, type TimelineSegment, type TimelineTrack } from './timeline-model.ts';
import { timelineTexts } from './timeline-texts.ts';
import { panned, pxPerSec, pxToSec, type ViewWindow } from './view-window.ts';

/** What the pointer is doing between press and release. */
export type Gesture =
  /** Dragging goes on seeking; pressed on an empty place of a track, it draws a moment there. */
  | { readonly type: 'seek'; readonly drawn?: { readonly trackId: string; readonly xPx: number } }
  | { readonly type: 'pan'; readonly from: ViewWindow; readonly xPx: number }
  /** Pressed on a segment and not moved yet: a click, or the beginning of a move. */
  | { readonly type: 'press'; readonly segment: TimelineSegment; readonly xPx: number; readonly grip: Grip }
  | {
      readonly type: 'retime';
      readonly segment: TimelineSegment;
      readonly grip: Grip;
      readonly points: SnapPoints;
      readonly preview: Moment;
      readonly snappedSec: number | undefined;
    }
  | {
      readonly type: 'draw';
      readonly anchorSec: number;
      readonly points: SnapPoints;
      readonly preview: Moment;
      /** The track that it was begun on; absent: where new moments go. */
      readonly trackId?: string;
    };

/** What of a segment is held, and where, from its start. */
export interface Grip {
  readonly part: Edge | 'whole';
  readonly offsetSec: number;
}

/** The keys and button of a pointer event. */
export interface Pointer {
  readonly xPx: number;
  readonly button: number;
  /** Ctrl or Cmd. */
  readonly several: boolean;
  readonly shift: boolean;
  /** Alt: no snapping. */
  readonly free: boolean;
}

/** What gestures need to know. */
export interface GestureContext {
  readonly view: ViewWindow;
  readonly tracks: readonly TimelineTrack[];
  readonly videoId: string;
  /** The track that new moments go to. */
  readonly trackId: string;
  readonly frames: FrameTimes | undefined;
  /** The playhead, marks, sampled frames: what attracts besides edges. */
  readonly attractingSec: readonly number[];
  readonly snapping: boolean;
  readonly newId: NewId;
}

/** What a step of a gesture asks for. */
export type Effect =
  | { readonly type: 'seek'; readonly timeSec: number }
  | { readonly type: 'view'; readonly view: ViewWindow }
  | { readonly type: 'select'; readonly ids: readonly string[] }
  | { readonly type: 'toggle'; readonly id: string }
  | {
      readonly type: 'edit';
      readonly edit: TimelineEdit;
      readonly segmentId?: string;
      readonly shown?: Moment;
    };

export interface GestureStep {
  readonly gesture: Gesture | undefined;
  readonly effects: readonly Effect[];
}

const snapReachPx = 8;
/** A press that moves less is a click: a hand moves a little, too. */
export const moveFromPx = 4;
/** The last frame of a moment is the one shown just before its end. */
const beforeEndSec = 0.001;

/** The pointer went down. */
export function pressed(context: GestureContext, hit: Hit, pointer: Pointer): GestureStep {
  const { segment } = hit;
  if (pointer.button === 1) {
    return { gesture: { type: 'pan', from: context.view, xPx: pointer.xPx }, effects: [] };
  }
  if (pointer.button !== 0) return { gesture: undefined, effects: [] };
  if (!segment) {
    if (pointer.shift) return { gesture: drawing(context, hit.timeSec, pointer), effects: [] };
    const { track } = hit;
    const drawsOn = track?.kind === 'own' && track.locked !== true ? track.id : undefined;
    return {
      gesture: {
        type: 'seek',
        ...(drawsOn === undefined ? {} : { drawn: { trackId: drawsOn, xPx: pointer.xPx } }),
      },
      effects: [{ type: 'seek', timeSec: clampTime(context, hit.timeSec) }],
    };
  }
  if (pointer.several) return { gesture: undefined, effects: [{ type: 'toggle', id: segment.id }] };
  const grip: Grip = { part: hit.edge ?? 'whole', offsetSec: hit.timeSec - segment.startSec };
  return {
    gesture: { type: 'press', segment, xPx: pointer.xPx, grip },
    effects: [{ type: 'select', ids: [segment.id] }],
  };
}

/** The pointer moved while it is down. */
export function dragged(context: GestureContext, gesture: Gesture, pointer: Pointer): GestureStep {
  const timeSec = clampTime(context, pxToSec(context.view, pointer.xPx));
  switch (gesture.type) {
    case 'seek': {
      const { drawn } = gesture;
      if (drawn === undefined) return { gesture, effects: [{ type: 'seek', timeSec }] };
      if (Math.abs(pointer.xPx - drawn.xPx) < moveFromPx) return { gesture, effects: [] };
      const fromSec = clampTime(context, pxToSec(context.view, drawn.xPx));
      return dragged(context, { ...drawing(context, fromSec, pointer), trackId: drawn.trackId }, pointer);
    }
    case 'pan': {
      const bySec = (gesture.xPx - pointer.xPx) / pxPerSec(gesture.from);
      return { gesture, effects: [{ type: 'view', view: panned(gesture.from, bySec) }] };
    }
    case 'press': {
      const { segment, grip } = gesture;
      if (Math.abs(pointer.xPx - gesture.xPx) < moveFromPx || !isEditable(segment)) {
        return { gesture, effects: [] };
      }
      const points = pointsFor(context, segment);
      return dragged(
        context,
        { type: 'retime', segment, grip, points, preview: segment, snappedSec: undefined },
        pointer,
      );
    }
    case 'retime':
      return retiming(context, gesture, timeSec, pointer);
    case 'draw': {
      const at = snapped(context, gesture.points, timeSec, pointer).timeSec;
      const preview = {
        startSec: Math.min(at, gesture.anchorSec),
        endSec: Math.max(at, gesture.anchorSec),
      };
      return { gesture: { ...gesture, preview }, effects: [{ type: 'seek', timeSec: at }] };
    }
  }
}

/** The pointer went up. */
export function released(context: GestureContext, gesture: Gesture): readonly Effect[] {
  switch (gesture.type) {
    case 'press':
      return [{ type: 'seek', timeSec: gesture.segment.startSec }];
    case 'retime': {
      const { segment, grip, preview } = gesture;
      const title = grip.part === 'whole' ? timelineTexts.edits.move : timelineTexts.edits.moveEdge;
      const edit = retimed(segment, preview, context.newId, title);
      return edit ? [{ type: 'edit', edit, segmentId: segment.id, shown: preview }] : [];
    }
    case 'draw': {
      const { preview, trackId = context.trackId } = gesture;
      if (preview.endSec <= preview.startSec) return [];
      return [{ type: 'edit', edit: added({ videoId: context.videoId, trackId }, preview, context.newId) }];
    }
    case 'seek':
    case 'pan':
      return [];
  }
}

function drawing(
  context: GestureContext,
  fromSec: number,
  pointer: Pointer,
): Extract<Gesture, { type: 'draw' }> {
  const points = pointsFor(context, undefined);
  const anchorSec = snapped(context, points, fromSec, pointer).timeSec;
  return { type: 'draw', anchorSec, points, preview: { startSec: anchorSec, endSec: anchorSec } };
}

function retiming(
  context: GestureContext,
  gesture: Extract<Gesture, { type: 'retime' }>,
  timeSec: number,
  pointer: Pointer,
): GestureStep {
  const { segment, grip, points } = gesture;
  const lengthSec = segment.endSec - segment.startSec;
  let preview: Moment;
  let to: ReturnType<typeof snapped>;
  if (grip.part === 'whole') {
    const last = context.view.durationSec - lengthSec;
    to = snapped(context, points, Math.min(Math.max(0, timeSec - grip.offsetSec), last), pointer);
    const startSec = Math.min(Math.max(0, to.timeSec), Math.max(0, last));
    preview = { startSec, endSec: startSec + lengthSec };
  } else {
    to = snapped(context, points, timeSec, pointer);
    preview =
      grip.part === 'start'
        ? { startSec: Math.min(to.timeSec, segment.endSec), endSec: segment.endSec }
        : { startSec: segment.startSec, endSec: Math.max(to.timeSec, segment.startSec) };
  }
  const seen =
    grip.part === 'end' ? Math.max(preview.startSec, preview.endSec - beforeEndSec) : preview.startSec;
  const snappedSec = to.to === 'point' ? to.timeSec : undefined;
  return {
    gesture: { ...gesture, preview, snappedSec },
    effects: [{ type: 'seek', timeSec: seen }],
  };
}

function snapped(context: GestureContext, points: SnapPoints, timeSec: number, pointer: Pointer) {
  if (pointer.free) return { timeSec, to: 'nothing' as const };
  const reachSec = snapReachPx / pxPerSec(context.view);
  if (context.snapping) return snap(timeSec, points, context.frames, reachSec);
  // Even without snapping to things a moment begins and ends with a frame.
  return { timeSec: nearestFrameEdge(context.frames, timeSec) ?? timeSec, to: 'frame' as const };
}

function pointsFor(context: GestureContext, segment: TimelineSegment | undefined): SnapPoints {
  const leftOut = new Set(segment ? [segment.id] : []);
  return snapPoints(context.snapping ? context.tracks : [], leftOut, context.attractingSec);
}

function clampTime(context: GestureContext, timeSec: number): number {
  return Math.min(Math.max(0, timeSec), context.view.durationSec);
}
