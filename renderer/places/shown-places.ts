import type { Annotation } from '../../electron/host/contract/annotations.ts';
import type { PictureRegion } from '../../native-models/protocol/picture-region.ts';
import type { SaidPlace } from '../../native-models/protocol/run-record.ts';
import type { TimelineTrack } from '../timeline/timeline-model.ts';

/** A box or a point over the video: one that is kept, or one that a model named and nobody kept. */
export interface ShownPlace {
  /** The same before and after it was kept. */
  readonly key: string;
  readonly region: PictureRegion;
  readonly name: string;
  readonly startSec: number;
  readonly endSec: number;
  /** Colour of its label, 0..7. */
  readonly labelColor?: number;
  /** It is on a track that cannot be changed. */
  readonly locked: boolean;
  readonly origin:
    | { readonly type: 'annotation'; readonly annotation: Annotation }
    | {
        readonly type: 'said';
        readonly runId: string;
        readonly videoId: string;
        readonly placeIndex: number;
      };
}

/** What a run named in the picture. */
export interface RunPlaces {
  readonly runId: string;
  readonly videoId: string;
  readonly places: readonly SaidPlace[];
}

/** All that is somewhere in the picture: what tracks that are shown hold, and what a run named at a time, each once. */
export function shownPlaces(tracks: readonly TimelineTrack[], run: RunPlaces | undefined): ShownPlace[] {
  const known = new Set<string>();
  const kept = tracks.flatMap(({ segments }) =>
    segments.flatMap(({ origin, labelColor, labelName, text, locked = false }): ShownPlace[] => {
      if (origin.type !== 'annotation') return [];
      const { annotation } = origin;
      const { id, region, startSec, endSec, runId, placeIndex } = annotation;
      if (region === undefined) return [];
      const began = runId === undefined || placeIndex === undefined ? id : keyOfPlace(runId, placeIndex);
      // Two can have begun as one: kept in two windows, or copied with their track.
      const key = known.has(began) ? id : began;
      known.add(key);
      const name = text || (labelName ?? '');
      const color = labelColor === undefined ? {} : { labelColor };
      return [
        { key, region, name, startSec, endSec, locked, ...color, origin: { type: 'annotation', annotation } },
      ];
    }),
  );
  const said = (run?.places ?? []).flatMap(({ region, name, atSec }, placeIndex): ShownPlace[] => {
    if (run === undefined || atSec === undefined) return [];
    const { runId, videoId } = run;
    const key = keyOfPlace(runId, placeIndex);
    if (known.has(key)) return [];
    const times = { startSec: atSec, endSec: atSec };
    return [
      { key, region, name, ...times, locked: false, origin: { type: 'said', runId, videoId, placeIndex } },
    ];
  });
  return [...kept, ...said];
}

/** Names a place that a run named, kept or not. */
export function keyOfPlace(runId: string, placeIndex: number): string {
  return `${runId}:place:${placeIndex}`;
}

/** An instant is drawn for so long before and behind it: models look at a frame or two of a second. */
export const instantMarginSec = 0.5;

/** Whether a place is drawn at a time: throughout its stretch, or around its instant. */
export function isShownAt(
  { startSec, endSec }: Pick<ShownPlace, 'startSec' | 'endSec'>,
  timeSec: number,
): boolean {
  const margin = startSec === endSec ? instantMarginSec : 0;
  return timeSec >= startSec - margin && timeSec <= endSec + margin;
}

const layers = 1000;

/** How far above others a place is drawn: the smaller the further, so that one within another can be pointed at. */
export function layerOf(region: PictureRegion): number {
  if (region.kind === 'point') return layers;
  return Math.floor((1 - (region.right - region.left) * (region.bottom - region.top)) * layers);
}
