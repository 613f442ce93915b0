import type { Moment } from '../../native-models/protocol/run-record.ts';

/** The stretch of the video that the timeline shows, and how wide it is on the screen. */
export interface ViewWindow {
  readonly startSec: number;
  readonly endSec: number;
  readonly widthPx: number;
  /** Of the whole video. */
  readonly durationSec: number;
  /** The least that is shown: a few frames. */
  readonly minSpanSec: number;
}

/** Frames that fill the width at the closest zoom. */
const fewestFrames = 8;
/** A moment that is zoomed to keeps this share of its length free on either side. */
const marginShare = 0.25;

/** The whole of a video. */
export function wholeVideo(durationSec: number, fps: number, widthPx: number): ViewWindow {
  const length = Math.max(durationSec, 1 / fps);
  return {
    startSec: 0,
    endSec: length,
    widthPx,
    durationSec: length,
    minSpanSec: Math.min(length, fewestFrames / fps),
  };
}

export function spanSec(view: ViewWindow): number {
  return view.endSec - view.startSec;
}

export function pxPerSec(view: ViewWindow): number {
  return view.widthPx / spanSec(view);
}

/** Place of a time, in CSS pixels from the left edge; outside of the view below 0 or beyond the width. */
export function secToPx(view: ViewWindow, timeSec: number): number {
  return (timeSec - view.startSec) * pxPerSec(view);
}

export function pxToSec(view: ViewWindow, px: number): number {
  return view.startSec + px / pxPerSec(view);
}

/** Zooms in (factor above 1) or out, with the time under `anchorSec` staying where it is. */
export function zoomed(view: ViewWindow, factor: number, anchorSec: number): ViewWindow {
  const span = clamp(spanSec(view) / factor, view.minSpanSec, view.durationSec);
  const share = (anchorSec - view.startSec) / spanSec(view);
  return placed(view, anchorSec - share * span, span);
}

/** Moves the view; it stays within the video. */
export function panned(view: ViewWindow, bySec: number): ViewWindow {
  return placed(view, view.startSec + bySec, spanSec(view));
}

/** The whole video. */
export function fitted(view: ViewWindow): ViewWindow {
  return placed(view, 0, view.durationSec);
}

/** A moment with some room on either side. */
export function fittedTo(view: ViewWindow, moment: Moment): ViewWindow {
  const length = moment.endSec - moment.startSec;
  const span = clamp(length * (1 + 2 * marginShare), view.minSpanSec, view.durationSec);
  return placed(view, (moment.startSec + moment.endSec - span) / 2, span);
}

/** The view with one edge put to a time; where that would turn it round, it keeps its span and is moved. */
export function edgedAt(view: ViewWindow, edge: 'start' | 'end', timeSec: number): ViewWindow {
  const [startSec, endSec] = edge === 'start' ? [timeSec, view.endSec] : [view.startSec, timeSec];
  const span = endSec > startSec ? Math.max(endSec - startSec, view.minSpanSec) : spanSec(view);
  const held = Math.min(span, view.durationSec);
  return placed(view, edge === 'start' ? timeSec : timeSec - held, held);
}

/** The closest zoom around a time: single frames. */
export function fittedToFrame(view: ViewWindow, timeSec: number): ViewWindow {
  return placed(view, timeSec - view.minSpanSec / 2, view.minSpanSec);
}

/** The same view if the time is in it; else moved so that it is. While playing, the next page. */
export function revealing(view: ViewWindow, timeSec: number, page: boolean): ViewWindow {
  if (timeSec >= view.startSec && timeSec <= view.endSec) return view;
  const span = spanSec(view);
  return placed(view, timeSec - (page ? 0.05 : 0.5) * span, span);
}

/** The same stretch when a video turns out to be of another length; all of it when all was shown. */
export function recounted(view: ViewWindow, whole: ViewWindow): ViewWindow {
  if (view.startSec === 0 && view.endSec === view.durationSec) return whole;
  return showing(whole, view);
}

/** A stretch of the video. */
export function showing(whole: ViewWindow, { startSec, endSec }: Moment): ViewWindow {
  return placed(whole, startSec, clamp(endSec - startSec, whole.minSpanSec, whole.durationSec));
}

/** The same stretch on another width. */
export function resized(view: ViewWindow, widthPx: number): ViewWindow {
  return { ...view, widthPx: Math.max(1, widthPx) };
}

function placed(view: ViewWindow, startSec: number, span: number): ViewWindow {
  const start = clamp(startSec, 0, Math.max(0, view.durationSec - span));
  return { ...view, startSec: start, endSec: start + span };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
