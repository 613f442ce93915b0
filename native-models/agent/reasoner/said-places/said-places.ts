import { positionToSeconds } from '../../../media/timeline.ts';
import type { FamilyTraits } from '../../../architectures/vision-language-model.ts';
import type { SaidPlace } from '../../../protocol/run-record.ts';
import type { Clip } from '../../shown/clip.ts';
import type { Bounds } from '../../shown/spans.ts';
import type { ReplyContent } from '../answer-text.ts';
import { spanInVideo } from '../said-moments.ts';
import { regionOf } from './coordinates.ts';
import type { CoordinateRule } from './coordinates.ts';
import { jsonPlaces } from './json-places.ts';
import { taggedPlaces } from './tagged-places.ts';
import type { WrittenPlace } from './written-place.ts';

type ShownClip = Pick<Clip, 'video' | 'frameIndices' | 'size' | 'region'>;

/** A finished reply, and what its model was shown before it spoke, in that order. */
export interface SpokenReply extends Pick<ReplyContent, 'reasoning' | 'answer'> {
  readonly clips: readonly ShownClip[];
}

/** How a model counts. */
export interface PlacesContext {
  /** What its times count from. */
  readonly timed: Pick<Clip, 'video' | 'frameIndices'>;
  readonly family: Pick<FamilyTraits, 'pairTimes' | 'coordinates'>;
  /** As a protocol says; absent: as the family does. */
  readonly rule?: CoordinateRule | undefined;
  readonly bounds: Bounds;
}

/** Longer texts are read up to here, and more places than this are none that anyone looks at. */
const maxLength = 200_000;
const maxPlaces = 500;

/**
 * The boxes and points that replies name, in the order of their texts, each once, as shares of the frame. Those outside of the picture,
 * without an area or at times that the model was not asked about are left out: they mean something else, or nothing.
 */
export function saidPlaces(replies: readonly SpokenReply[], context: PlacesContext): SaidPlace[] {
  const places: SaidPlace[] = [];
  const known = new Set<string>();
  const parts = replies.flatMap(({ reasoning, answer, clips }) => [
    { saidIn: 'reasoning' as const, text: reasoning, clips },
    { saidIn: 'answer' as const, text: answer, clips },
  ]);
  for (const { saidIn, text, clips } of parts) {
    for (const written of writtenPlaces(text)) {
      const place = places.length < maxPlaces ? placeInVideo(written, clips, context) : undefined;
      if (place === undefined) continue;
      const key = JSON.stringify([place.region, place.name, place.atSec]);
      if (!known.has(key)) places.push({ ...place, text: written.text, saidIn });
      known.add(key);
    }
  }
  return places;
}

/** Boxes and points as a text writes them, in any of the forms that models write, in its order. */
export function writtenPlaces(text: string): WrittenPlace[] {
  const read = text.slice(0, maxLength);
  return [...taggedPlaces(read), ...jsonPlaces(read)].toSorted((one, other) => one.start - other.start);
}

function placeInVideo(
  { name, numbers, sec }: WrittenPlace,
  clips: readonly ShownClip[],
  { timed, family, rule, bounds }: PlacesContext,
): Omit<SaidPlace, 'text' | 'saidIn'> | undefined {
  const said = sec === undefined ? undefined : { startSec: sec, endSec: sec, fromEnd: false };
  const span = said && spanInVideo(said, timed, family, bounds);
  if (said !== undefined && span === undefined) return undefined;
  const atSec = span?.startSec ?? onlyTime(clips.at(-1));
  const clip = clipAt(clips, atSec);
  const region = clip && regionOf(numbers, rule ?? family.coordinates, clip);
  return region && { region, name, ...(atSec === undefined ? {} : { atSec }) };
}

/** When a clip of a single frame was. */
function onlyTime(clip: ShownClip | undefined): number | undefined {
  const [index, ...others] = new Set(clip?.frameIndices);
  return clip === undefined || index === undefined || others.length > 0
    ? undefined
    : positionToSeconds(clip.video, index);
}

/** What was shown of a time: the clip with the frame nearest to it, of several the last; without a time the last of all. */
function clipAt(clips: readonly ShownClip[], atSec: number | undefined): ShownClip | undefined {
  if (atSec === undefined) return clips.at(-1);
  let nearest: ShownClip | undefined;
  let smallestSec = Infinity;
  for (const clip of clips) {
    for (const index of clip.frameIndices) {
      const awaySec = Math.abs(positionToSeconds(clip.video, index) - atSec);
      if (awaySec <= smallestSec) [nearest, smallestSec] = [clip, awaySec];
    }
  }
  return nearest;
}
