import { assignLanes, type Lanes } from './lanes.ts';
import { indexSegments, type SegmentIndex } from './segment-index.ts';
import type { SaliencyCurve, SampledFrames, TimelineSegment, TimelineTrack } from './timeline-model.ts';

/** A track with its index and lanes: made once for each list of segments. */
export interface IndexedTrack {
  readonly track: TimelineTrack;
  readonly index: SegmentIndex<TimelineSegment>;
  readonly lanes: Lanes;
  /** Where a segment is in `index.sorted`, by its id. */
  readonly placeOf: ReadonlyMap<string, number>;
}

/** A row of the timeline, in CSS pixels from the top of the canvas. */
export type TimelineRow = { readonly top: number; readonly height: number } & (
  | { readonly kind: 'ruler' }
  | { readonly kind: 'thumbnails' }
  | { readonly kind: 'waveform' }
  | { readonly kind: 'saliency'; readonly curve: SaliencyCurve }
  | { readonly kind: 'sampled'; readonly frames: SampledFrames }
  | { readonly kind: 'track'; readonly indexed: IndexedTrack }
);

/** Rows from top to bottom, and how high they are together. */
export interface TimelineLayout {
  readonly rows: readonly TimelineRow[];
  readonly height: number;
}

export const rowHeights = {
  ruler: 24,
  thumbnails: 42,
  waveform: 44,
  saliency: 36,
  sampled: 16,
  lane: 18,
  /** Above and below the lanes of a track. */
  trackPadding: 2,
} as const;

const indexed = new WeakMap<readonly TimelineSegment[], Omit<IndexedTrack, 'track'>>();

/** Index and lanes of a track; kept for as long as its list of segments is the same. */
export function indexTrack(track: TimelineTrack): IndexedTrack {
  const known = indexed.get(track.segments);
  if (known) return { track, ...known };
  const index = indexSegments(track.segments);
  const placeOf = new Map(index.sorted.map(({ id }, place) => [id, place]));
  const made = { index, lanes: assignLanes(index.sorted), placeOf };
  indexed.set(track.segments, made);
  return { track, ...made };
}

/** What the timeline shows besides ruler and pictures. */
export interface TimelineContent {
  readonly tracks: readonly TimelineTrack[];
  readonly saliency: SaliencyCurve | undefined;
  readonly sampledFrames: readonly SampledFrames[];
  /** Whether its sound is shown. */
  readonly hasWaveform: boolean;
}

/** Lays the rows out: ruler, pictures, sound, tracks, then what the model saw. */
export function layOut(content: TimelineContent): TimelineLayout {
  const rows: TimelineRow[] = [];
  let top = 0;
  const add = (height: number, row: Parameters<typeof place>[0]) => {
    rows.push(place(row, top, height));
    top += height;
  };
  add(rowHeights.ruler, { kind: 'ruler' });
  add(rowHeights.thumbnails, { kind: 'thumbnails' });
  if (content.hasWaveform) add(rowHeights.waveform, { kind: 'waveform' });
  for (const track of content.tracks) {
    const row = indexTrack(track);
    add(row.lanes.count * rowHeights.lane + 2 * rowHeights.trackPadding, { kind: 'track', indexed: row });
  }
  if (content.saliency && content.saliency.timesSec.length > 0) {
    add(rowHeights.saliency, { kind: 'saliency', curve: content.saliency });
  }
  for (const frames of content.sampledFrames) {
    if (frames.timesSec.length > 0) add(rowHeights.sampled, { kind: 'sampled', frames });
  }
  return { rows, height: top };
}

/** Top of a lane within the canvas. */
export function laneTop(row: TimelineRow, lane: number): number {
  return row.top + rowHeights.trackPadding + lane * rowHeights.lane;
}

type Placeless = TimelineRow extends infer Row
  ? Row extends unknown
    ? Omit<Row, 'top' | 'height'>
    : never
  : never;

function place(row: Placeless, top: number, height: number): TimelineRow {
  return { ...row, top, height };
}
