/** The whole frames of a moment: from `first`, up to but not including `end`. */
export interface FrameBounds {
  readonly first: number;
  readonly end: number;
}

/** A moment in whole frames, at least one; every form that counts in frames counts these. */
export function frameBounds(
  { startSec, endSec }: { readonly startSec: number; readonly endSec: number },
  fps: number,
): FrameBounds {
  const first = Math.round(startSec * fps);
  return { first, end: Math.max(first + 1, Math.round(endSec * fps)) };
}

/** A moment's end where a form has no use for moments without length: a frame after its start, at least. */
export function visibleEndSec(
  { startSec, endSec }: { readonly startSec: number; readonly endSec: number },
  fps: number,
): number {
  return endSec > startSec ? endSec : startSec + 1 / fps;
}

/** What frames count by where nobody knows. */
export const usualFps = 25;
