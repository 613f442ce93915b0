import { pxPerSec, secToPx, type ViewWindow } from './view-window.ts';

/** One picture of the strip: `level` and `place` name it whatever the view is. */
export interface ThumbnailSlot {
  /** Pictures are 2^level seconds apart. */
  readonly level: number;
  readonly place: number;
  readonly timeSec: number;
  readonly leftPx: number;
  readonly widthPx: number;
}

/** The finest distance, an eighth of a second: closer ones are hardly different. */
const finestLevel = -3;

/**
 * Pictures that fill the strip. Their distances are powers of two, so that panning moves them and zooming finds half of
 * them again; each gets between half of its width and all of it, the middle of the picture is shown.
 */
export function thumbnailSlots(view: ViewWindow, pictureWidthPx: number): ThumbnailSlot[] {
  const perSec = pxPerSec(view);
  const level = Math.max(finestLevel, Math.floor(Math.log2(pictureWidthPx / perSec)));
  const stepSec = 2 ** level;
  const slots: ThumbnailSlot[] = [];
  for (let place = Math.floor(view.startSec / stepSec); place * stepSec < view.endSec; place += 1) {
    const timeSec = place * stepSec;
    slots.push({ level, place, timeSec, leftPx: secToPx(view, timeSec), widthPx: stepSec * perSec });
  }
  return slots;
}

/** The slot of a coarser level that covers a slot: its picture stands in until the right one has come. */
export function coarser(slot: ThumbnailSlot, levels: number): { readonly timeSec: number } {
  return { timeSec: Math.floor(slot.place / 2 ** levels) * 2 ** (slot.level + levels) };
}
