import { labelColors } from '../../electron/host/contract/library.ts';
import { placesWithin } from './segment-index.ts';
import type { IndexedTrack } from './layout.ts';
import type { SaliencyCurve, TimelineSegment } from './timeline-model.ts';
import { pxPerSec, spanSec, type ViewWindow } from './view-window.ts';

/** Segments narrower than this are drawn together with their neighbours. */
export const narrowPx = 3;

/** What is drawn of a track: single segments where they can be told apart, blocks where they cannot. */
export interface DrawList {
  readonly singles: readonly { readonly segment: TimelineSegment; readonly lane: number }[];
  /** Blocks of narrow neighbours: left, right (CSS pixels), lane, how many; four numbers each. */
  readonly blocks: readonly number[];
  /** Of each block how long its segments last in all, by the colours of their labels: `colorPlaces` numbers each. */
  readonly lengthsSec: readonly number[];
}

/** One for each colour of labels, and the first one for moments without a label. */
export const colorPlaces = labelColors + 1;

/** Picks what is drawn of a track: at most one block for each pixel and lane, whatever the number of segments. */
export function drawList(indexed: IndexedTrack, view: ViewWindow): DrawList {
  const { index, lanes } = indexed;
  const perSec = pxPerSec(view);
  const singles: { segment: TimelineSegment; lane: number }[] = [];
  const blocks: number[] = [];
  const lengthsSec: number[] = [];
  /** Place in `blocks` of the open block of each lane. */
  const open = new Int32Array(lanes.count).fill(-1);
  const { startsSec, endsSec } = index;
  const { from, until } = placesWithin(index, view.startSec, view.endSec);
  for (let place = from; place < until; place += 1) {
    const left = ((startsSec[place] ?? 0) - view.startSec) * perSec;
    const right = ((endsSec[place] ?? 0) - view.startSec) * perSec;
    if (right < 0) continue;
    const lane = lanes.laneOf[place] ?? 0;
    const segment = right - left >= narrowPx ? index.sorted[place] : undefined;
    if (segment) {
      singles.push({ segment, lane });
      continue;
    }
    const at = open[lane] ?? -1;
    const color = 1 + (index.sorted[place]?.labelColor ?? -1);
    const lengthSec = (endsSec[place] ?? 0) - (startsSec[place] ?? 0);
    const blockRight = blocks[at + 1] ?? 0;
    if (at >= 0 && left <= blockRight + 1) {
      if (right > blockRight) blocks[at + 1] = right;
      blocks[at + 3] = (blocks[at + 3] ?? 0) + 1;
      const colorAt = (at / 4) * colorPlaces + color;
      lengthsSec[colorAt] = (lengthsSec[colorAt] ?? 0) + lengthSec;
      continue;
    }
    open[lane] = blocks.length;
    blocks.push(left, Math.max(right, left + 1), lane, 1);
    for (let each = 0; each < colorPlaces; each++) lengthsSec.push(each === color ? lengthSec : 0);
  }
  return { singles, blocks, lengthsSec };
}

/** The colours that a block has, each with its share of it; plain where its segments have no length. */
export function sharesOf(
  lengthsSec: readonly number[],
): readonly (readonly [color: number, share: number])[] {
  const totalSec = lengthsSec.reduce((sum, each) => sum + each, 0);
  if (totalSec === 0) return [[0, 1]];
  return lengthsSec.flatMap((each, color) => (each === 0 ? [] : [[color, each / totalSec] as const]));
}

/**
 * The curve as (x, lowest, highest) per drawn column, three numbers each: one for each value where they are apart, one
 * for each pixel where they are dense, so that no peak is lost.
 */
export function curveColumns(curve: SaliencyCurve, view: ViewWindow): number[] {
  const { timesSec, values } = curve;
  const perSec = pxPerSec(view);
  const marginSec = spanSec(view) * 0.02 + 1;
  const columns: number[] = [];
  let from = firstFrom(timesSec, view.startSec - marginSec) - 1;
  if (from < 0) from = 0;
  for (let place = from; place < timesSec.length; place += 1) {
    const time = timesSec[place] ?? 0;
    const value = values[place] ?? 0;
    const x = (time - view.startSec) * perSec;
    const last = columns.length - 3;
    if (last >= 0 && Math.floor(columns[last] ?? 0) === Math.floor(x)) {
      columns[last + 1] = Math.min(columns[last + 1] ?? value, value);
      columns[last + 2] = Math.max(columns[last + 2] ?? value, value);
    } else columns.push(x, value, value);
    if (time > view.endSec + marginSec) break;
  }
  return columns;
}

/** Place of the first value that is not less. */
export function firstFrom(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
