import type { Moment } from '../../native-models/protocol/run-record.ts';
import { commandedSec, markedMoment } from '../player/player-state.ts';
import type { PlayerStore } from '../player/player-store.ts';
import { added, merged, removed, retimed, reviewed, split, type NewId } from './edits.ts';
import { nudged, type NudgeClock } from './nudge.ts';
import { isEditable, keptOf } from './timeline-model.ts';
import type { TimelineEdit, TimelineSegment, TimelineTrack } from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { spanSec } from './view-window.ts';
import {
  timelineCommandTexts as texts,
  timelineReasons as reasons,
  timelineTexts,
} from './timeline-texts.ts';

/** What commands work on. */
export interface TimelineCommandContext {
  readonly store: TimelineStore;
  readonly player: PlayerStore;
  readonly tracks: readonly TimelineTrack[];
  /** What arrow keys walk through, in their order: found when they are pressed. */
  readonly walked: () => readonly TimelineSegment[];
  /** The track that new moments go to. */
  readonly trackId: string;
  /** Says why a key did nothing. */
  readonly tell: (message: string) => void;
  readonly edit: (edit: TimelineEdit) => void;
  readonly newId: NewId;
  /** These were decided on: goes on to what is to be decided next. */
  readonly goOn?: (decided: readonly TimelineSegment[]) => void;
}

/** Something that a key, the palette or a menu does on the timeline. */
export interface TimelineCommand {
  readonly id: string;
  readonly title: string;
  /** As `KeyboardEvent.key`, with `Shift+` before it where it is held; letters in lower case. */
  readonly keys: readonly string[];
  readonly run: (context: TimelineCommandContext) => void;
}

/** The segments that are selected, in the order of their tracks. */
export function selectedSegments({ store, tracks }: TimelineCommandContext): TimelineSegment[] {
  const selected = new Set(store.getState().selection);
  return tracks.flatMap((track) => track.segments.filter((segment) => selected.has(segment.id)));
}

/** All moments as one walks through them with the keyboard: track by track, each by time. Chapters have keys of their own. */
export function walkOrder(tracks: readonly TimelineTrack[]): TimelineSegment[] {
  const walked = tracks.filter(({ kind }) => kind !== 'chapters');
  return walked.flatMap((track) => track.segments.toSorted((a, b) => a.startSec - b.startSec));
}

/** Selects the next or previous segment, and goes to it. */
export function stepSelection(context: TimelineCommandContext, direction: 1 | -1): void {
  const { store, player, walked, tell } = context;
  const order = walked();
  const last = store.getState().selection.at(-1);
  const at = order.findIndex((segment) => segment.id === last);
  const next = at < 0 ? (direction === 1 ? order[0] : order.at(-1)) : order[at + direction];
  if (!next) {
    tell(order.length === 0 ? reasons.noMoments : direction === 1 ? reasons.lastMoment : reasons.firstMoment);
    return;
  }
  store.actions.select([next.id]);
  store.actions.reveal(next.startSec);
  player.actions.seekToSec(next.startSec);
}

/** Selects the next or previous segment too; going back the other way, the last one is let go of again. */
export function extendSelection(context: TimelineCommandContext, direction: 1 | -1): void {
  const { store, walked } = context;
  const { selection } = store.getState();
  const order = walked();
  const at = order.findIndex(({ id }) => id === selection.at(-1));
  const next = order[at + direction];
  if (at < 0 || next === undefined) {
    stepSelection(context, direction);
    return;
  }
  store.actions.select(selection.at(-2) === next.id ? selection.slice(0, -1) : [...selection, next.id]);
  store.actions.reveal(next.startSec);
}

const nudge =
  (part: 'start' | 'end' | 'whole', byFrames: number) =>
  (context: TimelineCommandContext): void => {
    const { player, newId, edit, tell } = context;
    const { picture } = player.getState();
    const [segment, another] = selectedSegments(context);
    if (!picture || !segment || another || !isEditable(segment)) {
      tell(!segment ? reasons.selectFirst : another ? reasons.selectOne : reasons.fixed);
      return;
    }
    const clock: NudgeClock = {
      frames: player.frameTimes(),
      fps: picture.fps,
      durationSec: picture.durationSec,
    };
    const to = nudged(clock, segment, part, byFrames);
    const title = part === 'whole' ? timelineTexts.edits.move : timelineTexts.edits.moveEdge;
    const change = retimed(segment, to, newId, title);
    if (!change) {
      tell(reasons.noFurther);
      return;
    }
    edit(change);
    player.actions.seekToSec(part === 'end' ? Math.max(to.startSec, to.endSec - 0.001) : to.startSec);
  };

const onSelected =
  (
    make: (segments: readonly TimelineSegment[], context: TimelineCommandContext) => TimelineEdit | undefined,
    why: string = reasons.fixed,
  ) =>
  (context: TimelineCommandContext): void => {
    const segments = selectedSegments(context);
    const change = make(segments, context);
    if (change) context.edit(change);
    else if (segments.length === 0) context.tell(reasons.selectFirst);
    else context.tell(segments.some(isEditable) ? why : reasons.fixed);
  };

/** Decides on what is selected, and goes on to the next one where all of it were moments of the project. */
const decide =
  (state: 'accepted' | 'rejected') =>
  (context: TimelineCommandContext): void => {
    const segments = selectedSegments(context);
    onSelected((some, c) => reviewed(some, state, c.newId))(context);
    const decided = segments.filter(isEditable);
    if (decided.length > 0 && decided.every(({ origin }) => origin.type === 'annotation'))
      context.goOn?.(decided);
  };

/** Has the selected moment begin or end with the frame at the playhead. */
function edgeHere(which: 'in' | 'out') {
  return (context: TimelineCommandContext): void => {
    const { player, newId, edit, tell } = context;
    const [segment, another] = selectedSegments(context);
    const atSec = player.edgeHereSec(which);
    if (!segment || another || !isEditable(segment) || atSec === undefined) {
      tell(!segment ? reasons.selectFirst : another ? reasons.selectOne : reasons.fixed);
      return;
    }
    const { startSec, endSec } = keptOf(segment);
    const change = retimed(
      keptOf(segment),
      which === 'in' ? { startSec: atSec, endSec } : { startSec, endSec: atSec },
      newId,
    );
    if (change) edit(change);
    else tell(which === 'in' ? reasons.startsAfterEnd : reasons.endsBeforeStart);
  };
}

/** Of what is in view. */
const panShare = 0.25;

const pan =
  (direction: 1 | -1) =>
  ({ store }: TimelineCommandContext): void =>
    store.actions.panBy(direction * panShare * spanSec(store.getState().view));

const marks = ({ player }: TimelineCommandContext): Moment | undefined => markedMoment(player.getState());
const playheadSec = ({ player }: TimelineCommandContext): number => commandedSec(player.getState());

/** The timeline's part of the keyboard map. */
export const timelineCommands: readonly TimelineCommand[] = [
  { id: 'timeline.next', title: texts.next, keys: ['ArrowDown'], run: (c) => stepSelection(c, 1) },
  { id: 'timeline.previous', title: texts.previous, keys: ['ArrowUp'], run: (c) => stepSelection(c, -1) },
  {
    id: 'timeline.extendNext',
    title: texts.extendNext,
    keys: ['Shift+ArrowDown'],
    run: (c) => extendSelection(c, 1),
  },
  {
    id: 'timeline.extendPrevious',
    title: texts.extendPrevious,
    keys: ['Shift+ArrowUp'],
    run: (c) => extendSelection(c, -1),
  },
  { id: 'timeline.startBack', title: texts.startBack, keys: [','], run: nudge('start', -1) },
  { id: 'timeline.startAhead', title: texts.startAhead, keys: ['.'], run: nudge('start', 1) },
  { id: 'timeline.endBack', title: texts.endBack, keys: ['Shift+<', 'Shift+;'], run: nudge('end', -1) },
  { id: 'timeline.endAhead', title: texts.endAhead, keys: ['Shift+>', 'Shift+:'], run: nudge('end', 1) },
  { id: 'timeline.startHere', title: texts.startHere, keys: ['b'], run: edgeHere('in') },
  { id: 'timeline.endHere', title: texts.endHere, keys: ['f'], run: edgeHere('out') },
  { id: 'timeline.moveBack', title: texts.moveBack, keys: ['c'], run: nudge('whole', -1) },
  { id: 'timeline.moveAhead', title: texts.moveAhead, keys: ['v'], run: nudge('whole', 1) },
  {
    id: 'timeline.split',
    title: texts.split,
    keys: ['s'],
    run: onSelected(([segment], c) => segment && split(segment, playheadSec(c), c.newId), reasons.outside),
  },
  {
    id: 'timeline.merge',
    title: texts.merge,
    keys: ['Shift+m'],
    run: onSelected((segments, c) => merged(segments, c.newId), reasons.selectTwo),
  },
  {
    id: 'timeline.remove',
    title: texts.remove,
    keys: ['Delete'],
    run: onSelected((segments) => removed(segments), reasons.candidatesStay),
  },
  {
    id: 'timeline.accept',
    title: texts.accept,
    keys: ['a'],
    run: decide('accepted'),
  },
  {
    id: 'timeline.reject',
    title: texts.reject,
    keys: ['r'],
    run: decide('rejected'),
  },
  {
    id: 'timeline.add',
    title: texts.add,
    keys: ['Enter'],
    run: (c) => {
      const moment = marks(c);
      const { videoId } = c.player.getState();
      if (!moment || videoId === undefined) {
        c.tell(reasons.markFirst);
        return;
      }
      c.edit(added({ videoId, trackId: c.trackId }, moment, c.newId));
      c.player.actions.clearMarks();
    },
  },
  {
    id: 'timeline.addFromLast',
    title: texts.addFromLast,
    keys: ['Shift+Enter'],
    run: addFromLast,
  },
  {
    id: 'timeline.zoomIn',
    title: timelineTexts.zoomIn,
    keys: ['+', '=', 'Shift++'],
    run: (c) => zoom(c, 1.6),
  },
  { id: 'timeline.zoomOut', title: timelineTexts.zoomOut, keys: ['-'], run: (c) => zoom(c, 1 / 1.6) },
  { id: 'timeline.panBack', title: texts.panBack, keys: ['Shift+c'], run: pan(-1) },
  { id: 'timeline.panAhead', title: texts.panAhead, keys: ['Shift+v'], run: pan(1) },
  { id: 'timeline.fit', title: timelineTexts.fit, keys: ['0'], run: (c) => c.store.actions.fit() },
  {
    id: 'timeline.zoomFrame',
    title: timelineTexts.zoomFrame,
    keys: ['9'],
    run: (c) => c.store.actions.zoomToFrame(playheadSec(c)),
  },
  {
    id: 'timeline.zoomSelection',
    title: texts.zoomSelection,
    keys: ['z'],
    run: (c) => {
      const segments = selectedSegments(c);
      const startSec = Math.min(...segments.map((segment) => segment.startSec));
      const endSec = Math.max(...segments.map((segment) => segment.endSec));
      if (segments.length > 0) c.store.actions.fitMoment({ startSec, endSec });
    },
  },
  {
    id: 'timeline.play',
    title: texts.play,
    keys: ['p'],
    run: (c) => {
      const [segment] = selectedSegments(c);
      if (segment) c.player.actions.playMoment(segment);
    },
  },
  {
    id: 'timeline.snapping',
    title: timelineTexts.snapping,
    keys: ['n'],
    run: ({ store }) => store.actions.setSnapping(!store.getState().snapping),
  },
];

/** A moment from where the last one on the same track ended up to the end of the frame at the playhead. */
function addFromLast(context: TimelineCommandContext): void {
  const { player, tracks, trackId, newId, edit, tell } = context;
  const { videoId } = player.getState();
  const atSec = player.edgeHereSec('out');
  if (videoId === undefined || atSec === undefined) return;
  const before = (tracks.find(({ id }) => id === trackId)?.segments ?? [])
    .map(({ endSec }) => endSec)
    .filter((endSec) => endSec < atSec);
  const startSec = Math.max(0, ...before);
  if (startSec >= atSec) tell(reasons.nothingSinceLast);
  else edit(added({ videoId, trackId }, { startSec, endSec: atSec }, newId));
}

function zoom({ store, player }: TimelineCommandContext, factor: number): void {
  const { view } = store.getState();
  const timeSec = commandedSec(player.getState());
  const inView = timeSec >= view.startSec && timeSec <= view.endSec;
  store.actions.zoomBy(factor, inView ? timeSec : undefined);
}
