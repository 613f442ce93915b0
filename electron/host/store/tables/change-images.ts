import { isDeepStrictEqual } from 'node:util';
import type { Annotation } from '../../contract/annotations.ts';
import type { Label, Track } from '../../contract/library.ts';
import type { Database } from '../database.ts';
import { deleteAnnotation, readAnnotationsById, writeAnnotation } from './annotations.ts';
import {
  deleteLabel,
  deleteTrack,
  readLabels,
  readTracks,
  writeLabel,
  writeTrack,
} from './labels-and-tracks.ts';
import type { Placed } from './labels-and-tracks.ts';

/** A row before and after a step; null where it was not there. `kind` is absent for annotations. */
export type ChangeImage =
  | (ImageOf<Annotation> & { readonly kind?: undefined })
  | (ImageOf<Placed<Label>> & { readonly kind: 'label' })
  | (ImageOf<Placed<Track>> & { readonly kind: 'track' });

interface ImageOf<Item> {
  readonly id: string;
  readonly before: Item | null;
  readonly after: Item | null;
}

/** Which side of a step is written. */
export type Side = 'before' | 'after';

/** Labels and tracks are there before moments name them, and go after those do not any more. */
const order = { label: 0, track: 1, annotation: 2 } as const;
const orderOf = ({ kind }: ChangeImage): number => order[kind ?? 'annotation'];

/** Makes rows what they were on a side of a step. Returns the annotations as they are stored now. */
export function writeImages(
  database: Database,
  projectId: string,
  images: readonly ChangeImage[],
  side: Side,
): { readonly changed: Annotation[]; readonly removedIds: string[] } {
  const changed: Annotation[] = [];
  const removedIds: string[] = [];
  const sorted = images.toSorted((one, other) => orderOf(one) - orderOf(other));
  for (const image of sorted) {
    if (image.kind === 'label' && image[side] !== null) writeLabel(database, projectId, image[side]);
    else if (image.kind === 'track' && image[side] !== null) writeTrack(database, projectId, image[side]);
    else if (image.kind === undefined && image[side] !== null) {
      changed.push(writeAnnotation(database, image[side]));
    }
  }
  for (const image of sorted.toReversed()) {
    if (image[side] !== null) continue;
    if (image.kind === 'label') deleteLabel(database, projectId, image.id);
    else if (image.kind === 'track') deleteTrack(database, projectId, image.id);
    else {
      deleteAnnotation(database, image.id);
      removedIds.push(image.id);
    }
  }
  return { changed, removedIds };
}

/** Whether all rows are now what a side of a step says: nothing else has changed them since. Places may differ. */
export function areAt(
  database: Database,
  projectId: string,
  images: readonly ChangeImage[],
  side: Side,
): boolean {
  const annotations = readAnnotationsById(
    database,
    images.flatMap((image) => (image.kind === undefined ? [image.id] : [])),
  );
  const now: Record<'annotation' | 'label' | 'track', ReadonlyMap<string, object>> = {
    annotation: new Map(annotations.map((row) => [row.id, row])),
    label: new Map(readLabels(database, projectId).map((row) => [row.id, row])),
    track: new Map(readTracks(database, projectId).map((row) => [row.id, row])),
  };
  return images.every((image) =>
    isDeepStrictEqual(now[image.kind ?? 'annotation'].get(image.id), comparable(image[side])),
  );
}

/** As JSON keeps it, without the place. */
function comparable(item: object | null): object | undefined {
  if (item === null) return undefined;
  const row = JSON.parse(JSON.stringify(item)) as Record<string, unknown>;
  delete row['position'];
  return row;
}

/** What of two lists differs, item by item; a place counts too. */
export function listImages<Item extends { readonly id: string }>(
  before: readonly Item[],
  after: readonly Item[],
): { readonly id: string; readonly before: Placed<Item> | null; readonly after: Placed<Item> | null }[] {
  const placed = (items: readonly Item[]) =>
    new Map(items.map((item, position) => [item.id, { ...item, position }]));
  const [old, next] = [placed(before), placed(after)];
  return [...new Set([...old.keys(), ...next.keys()])]
    .map((id) => ({ id, before: old.get(id) ?? null, after: next.get(id) ?? null }))
    .filter((image) => !isDeepStrictEqual(image.before, image.after));
}
