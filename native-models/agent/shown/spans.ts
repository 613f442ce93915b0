import type { Moment } from '../../protocol/run-record.ts';

/** Bounds within which a span has to stay: a whole video, or the range of it that was asked about. In seconds. */
export type Bounds = Moment;

/** A candidate takes this much at least before it is judged, in seconds. */
const minCandidateSec = 2;

/** Windows that stand in where the grounder named no moment. */
const fallbackWindows = 5;

/**
 * Brings a span into order and into bounds, and widens it around its centre to a shortest length, shifted where the
 * bounds cut it off (the VideoMind reader's span rule). Where the bounds are shorter than that length,
 * they are the result.
 */
export function boundSpan(span: Moment, bounds: Bounds, minLengthSec = 0): Moment {
  const first = clamp(span.startSec, bounds);
  const second = clamp(span.endSec, bounds);
  const startSec = Math.min(first, second);
  const endSec = Math.max(first, second);
  if (endSec - startSec >= minLengthSec) return { startSec, endSec };
  const halfSec = minLengthSec / 2;
  const centreSec = Math.min(
    bounds.endSec - halfSec,
    Math.max(bounds.startSec + halfSec, (startSec + endSec) / 2),
  );
  return { startSec: clamp(centreSec - halfSec, bounds), endSec: clamp(centreSec + halfSec, bounds) };
}

/** A candidate brought to its shortest length, and the stretch around it that the verifier is shown. */
export interface VerifierWindow {
  readonly span: Moment;
  readonly window: Moment;
}

/** The verifier sees a candidate of at least 2 s with half its length added on both sides, within bounds. */
export function verifierWindow(candidate: Moment, bounds: Bounds): VerifierWindow {
  const span = boundSpan(candidate, bounds, minCandidateSec);
  const marginSec = (span.endSec - span.startSec) / 2;
  const window = boundSpan({ startSec: span.startSec - marginSec, endSec: span.endSec + marginSec }, bounds);
  return { span, window };
}

/** Five overlapping windows [i·d/6, (i+2)·d/6] over the bounds, for a grounder that named no moment. */
export function windowsWithoutMoment(bounds: Bounds): Moment[] {
  const durationSec = bounds.endSec - bounds.startSec;
  const edge = (sixths: number) => bounds.startSec + (sixths * durationSec) / (fallbackWindows + 1);
  return Array.from({ length: fallbackWindows }, (_, index) => ({
    startSec: edge(index),
    endSec: edge(index + 2),
  }));
}

/** Where a time lies in a window, 0 at its start and 1 at its end, clamped. */
export function placeInWindow(timeSec: number, window: Moment): number {
  const lengthSec = window.endSec - window.startSec;
  if (lengthSec <= 0) return 0;
  return Math.min(1, Math.max(0, (timeSec - window.startSec) / lengthSec));
}

function clamp(timeSec: number, bounds: Bounds): number {
  return Math.min(bounds.endSec, Math.max(bounds.startSec, timeSec));
}
