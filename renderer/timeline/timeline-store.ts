import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Moment } from '../../native-models/protocol/run-record.ts';
import {
  edgedAt,
  fitted,
  fittedTo,
  fittedToFrame,
  panned,
  recounted,
  resized,
  revealing,
  showing,
  wholeVideo,
  zoomed,
  type ViewWindow,
} from './view-window.ts';

/** Where the pointer is over the timeline. */
export interface Hover {
  readonly timeSec: number;
  readonly xPx: number;
  /** Where the canvas stands in the window. */
  readonly stageLeftPx: number;
  readonly stageTopPx: number;
  readonly segmentId: string | undefined;
}

/** A moment with a label that has begun and not ended yet. */
export interface OpenMark {
  readonly labelId: string;
  readonly startSec: number;
}

/** What the timeline shows and what is selected on it. */
export interface TimelineState {
  readonly videoId: string | undefined;
  readonly view: ViewWindow;
  /** Ids of segments, in the order in which they were selected. */
  readonly selection: readonly string[];
  readonly hover: Hover | undefined;
  /** The segment that a drag moves, where it would be now. */
  readonly moving: (Moment & { readonly id: string }) | undefined;
  /** Moments that go on at the playhead, the one begun first first. */
  readonly openMarks: readonly OpenMark[];
  /** Whether dragged edges snap. */
  readonly snapping: boolean;
  /** Whether the view follows the playhead. */
  readonly following: boolean;
}

/** Everything that can be done with the view and the selection; changes of segments go out as edits. */
export interface TimelineActions {
  /** Shows a video as it was left, else whole; the same one, its frames counted, keeps its view. */
  readonly open: (videoId: string, durationSec: number, fps: number) => void;
  readonly resize: (widthPx: number) => void;
  readonly zoomBy: (factor: number, anchorSec?: number) => void;
  readonly panBy: (sec: number) => void;
  readonly fit: () => void;
  /** Has the view begin or end at a time. */
  readonly showFrom: (edge: 'start' | 'end', timeSec: number) => void;
  /** Zooms to a moment. */
  readonly fitMoment: (moment: Moment) => void;
  /** Zooms until single frames are seen. */
  readonly zoomToFrame: (timeSec: number) => void;
  /** Moves the view so that this time is in it. */
  readonly reveal: (timeSec: number, options?: { readonly page?: boolean }) => void;
  readonly select: (ids: readonly string[]) => void;
  /** Adds to the selection or takes from it. */
  readonly toggleSelected: (id: string) => void;
  /** A moment with this label begins. */
  readonly beginMark: (mark: OpenMark) => void;
  /** It goes on no longer; without a label none does. */
  readonly endMark: (labelId?: string) => void;
  readonly setHover: (hover: Hover | undefined) => void;
  readonly setMoving: (moving: TimelineState['moving']) => void;
  readonly setSnapping: (snapping: boolean) => void;
  readonly setFollowing: (following: boolean) => void;
}

export interface TimelineStore extends StoreApi<TimelineState> {
  readonly actions: TimelineActions;
}

/** What was in view of a video when it was left (absent: all of it), and what was selected. */
export interface LeftView {
  readonly view?: Moment | undefined;
  readonly selection: readonly string[];
}

/** A timeline without a video. @param leftView where a video was left; absent: nowhere, it is shown whole. */
export function createTimelineStore(
  leftView: (videoId: string) => LeftView | undefined = () => undefined,
): TimelineStore {
  const store = createStore<TimelineState>(() => ({
    videoId: undefined,
    view: wholeVideo(1, 1, 1),
    selection: [],
    hover: undefined,
    moving: undefined,
    openMarks: [],
    snapping: true,
    following: true,
  }));
  const { getState: get, setState: set } = store;
  const look = (view: ViewWindow) => set({ view });

  const actions: TimelineActions = {
    open(videoId, durationSec, fps) {
      const { view } = get();
      const next = wholeVideo(durationSec, fps, view.widthPx);
      if (get().videoId === videoId && view.durationSec === next.durationSec) return;
      if (get().videoId === videoId) look(recounted(view, next));
      else {
        const left = leftView(videoId);
        set({
          ...{ videoId, hover: undefined, openMarks: [] },
          view: left?.view === undefined ? next : showing(next, left.view),
          selection: left?.selection ?? [],
        });
      }
    },
    resize: (widthPx) => look(resized(get().view, widthPx)),
    zoomBy(factor, anchorSec) {
      const { view } = get();
      look(zoomed(view, factor, anchorSec ?? (view.startSec + view.endSec) / 2));
    },
    panBy: (sec) => look(panned(get().view, sec)),
    fit: () => look(fitted(get().view)),
    showFrom: (edge, timeSec) => look(edgedAt(get().view, edge, timeSec)),
    fitMoment: (moment) => look(fittedTo(get().view, moment)),
    zoomToFrame: (timeSec) => look(fittedToFrame(get().view, timeSec)),
    reveal: (timeSec, options) => look(revealing(get().view, timeSec, options?.page ?? false)),
    select: (ids) => set({ selection: [...new Set(ids)] }),
    toggleSelected: (id) =>
      set(({ selection }) => ({
        selection: selection.includes(id) ? selection.filter((each) => each !== id) : [...selection, id],
      })),
    beginMark: (mark) => set(({ openMarks }) => ({ openMarks: [...openMarks, mark] })),
    endMark: (labelId) =>
      set(({ openMarks }) => ({
        openMarks: labelId === undefined ? [] : openMarks.filter((mark) => mark.labelId !== labelId),
      })),
    setHover: (hover) => set({ hover }),
    setMoving: (moving) => set({ moving }),
    setSnapping: (snapping) => set({ snapping }),
    setFollowing: (following) => set({ following }),
  };
  return Object.assign(store, { actions });
}
