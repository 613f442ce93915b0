import type { AnnotationOperation } from '../../electron/host/contract/annotations.ts';
import type { PictureRegion } from '../../native-models/protocol/picture-region.ts';
import { isSameRegion } from '../../native-models/protocol/picture-region.ts';
import type { TimelineEdit } from '../timeline/timeline-model.ts';
import { placeTexts } from './place-texts.ts';
import type { ShownPlace } from './shown-places.ts';

/** What of a place is dragged: all of it, or the edges that a handle holds. */
export interface Grip {
  readonly x: 'left' | 'right' | 'none';
  readonly y: 'top' | 'bottom' | 'none';
}

/** All of it. */
export const wholeGrip: Grip = { x: 'none', y: 'none' };

/** Corners and edges of a box, as handles stand around it. */
export const boxGrips: readonly Grip[] = (['top', 'none', 'bottom'] as const)
  .flatMap((y) => (['left', 'none', 'right'] as const).map((x) => ({ x, y })))
  .filter(({ x, y }) => x !== 'none' || y !== 'none');

/** Where a new box stands, to be dragged to where it belongs. */
export const middleBox: PictureRegion = { kind: 'box', left: 0.3, top: 0.3, right: 0.7, bottom: 0.7 };

/** A box is not dragged smaller than this, in shares of a side: it could not be seen or gripped. A model's own may be. */
const smallestSide = 0.005;

/** A place moved by shares of the picture's sides, or with an edge moved; it stays in the picture, and a box keeps an area. */
export function draggedRegion(
  region: PictureRegion,
  { x, y }: Grip,
  byX: number,
  byY: number,
): PictureRegion {
  if (region.kind === 'point')
    return { kind: 'point', x: within(region.x + byX, 0, 1), y: within(region.y + byY, 0, 1) };
  const { left, top, right, bottom } = region;
  if (x === 'none' && y === 'none') {
    const [moveX, moveY] = [within(byX, -left, 1 - right), within(byY, -top, 1 - bottom)];
    return {
      kind: 'box',
      left: left + moveX,
      right: right + moveX,
      top: top + moveY,
      bottom: bottom + moveY,
    };
  }
  return {
    kind: 'box',
    left: x === 'left' ? within(left + byX, 0, Math.max(left, right - smallestSide)) : left,
    right: x === 'right' ? within(right + byX, Math.min(right, left + smallestSide), 1) : right,
    top: y === 'top' ? within(top + byY, 0, Math.max(top, bottom - smallestSide)) : top,
    bottom: y === 'bottom' ? within(bottom + byY, Math.min(bottom, top + smallestSide), 1) : bottom,
  };
}

/**
 * Puts a place elsewhere in the picture; one that a model named is kept with it. Undefined where nothing would change or it cannot.
 * @param join makes it one step of undo with the edit before that has the same words.
 */
export function replaced(
  place: ShownPlace,
  region: PictureRegion,
  newId: () => string,
  join?: string,
): TimelineEdit | undefined {
  if (place.locked || isSameRegion(place.region, region)) return undefined;
  const title = region.kind === 'box' ? placeTexts.edits.box : placeTexts.edits.point;
  const joined = join === undefined ? {} : { join };
  if (place.origin.type === 'annotation') {
    const { id } = place.origin.annotation;
    return { title, operations: [{ op: 'update', id, changes: { region } }], select: [id], ...joined };
  }
  return {
    ...kept(place, newId(), { region, provenance: 'edited', originalRegion: place.region }),
    title,
    ...joined,
  };
}

/** Makes a moment of a place that a model named; undefined for one that is kept already. */
export function keptPlace(place: ShownPlace, newId: () => string): TimelineEdit | undefined {
  return place.origin.type === 'said' ? kept(place, newId(), {}) : undefined;
}

type Added = Extract<AnnotationOperation, { op: 'add' }>['annotation'];

function kept(
  { origin, region, name, startSec, endSec }: ShownPlace,
  id: string,
  changes: Pick<Added, 'region' | 'originalRegion'> & { readonly provenance?: 'edited' },
): TimelineEdit {
  if (origin.type !== 'said') throw new TypeError('Only what a model named is kept');
  const { videoId, runId, placeIndex } = origin;
  const moved = changes.provenance === 'edited';
  const annotation: Added = {
    ...{ id, videoId, startSec, endSec, text: name, note: '', state: 'open', runId, placeIndex, region },
    ...{ provenance: 'model', ...changes },
    ...(moved ? { originalStartSec: startSec, originalEndSec: endSec } : {}),
  };
  return { title: placeTexts.edits.keep, operations: [{ op: 'add', annotation }], select: [id] };
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
