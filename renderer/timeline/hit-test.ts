import type { Edge } from './edits.ts';
import { laneTop, rowHeights, type TimelineLayout, type TimelineRow } from './layout.ts';
import { overlapping } from './segment-index.ts';
import { isEditable, type TimelineSegment, type TimelineTrack } from './timeline-model.ts';
import { pxToSec, secToPx, type ViewWindow } from './view-window.ts';

/** What lies under the pointer. */
export interface Hit {
  readonly timeSec: number;
  readonly row: TimelineRow | undefined;
  readonly track: TimelineTrack | undefined;
  readonly segment: TimelineSegment | undefined;
  /** The edge that a drag from here would move. */
  readonly edge: Edge | undefined;
}

/** How near an edge a pointer takes hold of it. */
const edgeReachPx = 5;
/** Narrower segments are taken hold of as if they were this wide. */
const narrowestPx = 6;

/** Finds what lies at a place of the canvas; of segments above each other the one whose edge or middle is nearest. */
export function hitTest(layout: TimelineLayout, view: ViewWindow, xPx: number, yPx: number): Hit {
  const timeSec = pxToSec(view, xPx);
  const row = layout.rows.find((each) => yPx >= each.top && yPx < each.top + each.height);
  if (row?.kind !== 'track') return { timeSec, row, track: undefined, segment: undefined, edge: undefined };
  const { track, index, lanes } = row.indexed;
  let best: { segment: TimelineSegment; edge: Edge | undefined; distance: number } | undefined;
  const reachSec = pxToSec(view, xPx + edgeReachPx) - timeSec;
  for (const { segment, place } of overlapping(index, timeSec - reachSec, timeSec + reachSec)) {
    const top = laneTop(row, lanes.laneOf[place] ?? 0);
    if (yPx < top || yPx >= top + rowHeights.lane) continue;
    const candidate = grasp(segment, secToPx(view, segment.startSec), secToPx(view, segment.endSec), xPx);
    if (candidate && (!best || candidate.distance <= best.distance)) best = { segment, ...candidate };
  }
  return { timeSec, row, track, segment: best?.segment, edge: best?.edge };
}

/** How a pointer at `xPx` takes hold of a segment, if it does. */
function grasp(segment: TimelineSegment, leftPx: number, rightPx: number, xPx: number) {
  const slack = Math.max(0, (narrowestPx - (rightPx - leftPx)) / 2);
  const toStart = Math.abs(xPx - leftPx);
  const toEnd = Math.abs(xPx - rightPx);
  const inside = xPx >= leftPx - slack && xPx <= rightPx + slack;
  const nearest = Math.min(toStart, toEnd);
  // Of a narrow segment most is left for moving it.
  const reach = Math.min(edgeReachPx, Math.max(2, (rightPx - leftPx) / 4));
  const atEdge = isEditable(segment) && nearest <= (inside ? reach : edgeReachPx);
  if (!inside && !atEdge) return undefined;
  const edge: Edge | undefined = !atEdge ? undefined : toStart < toEnd ? 'start' : 'end';
  return { edge, distance: inside ? 0 : nearest };
}
