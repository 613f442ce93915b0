import { EngineError } from '../../../protocol/errors.ts';
import { type AnnotationFolder, type AnnotationPiece, readWholeJson } from './annotation-files.ts';

/**
 * The entries of a JSON object as pieces, in the file's order (JavaScript lists names that are whole numbers first).
 * Each value is `{ key, entry }`.
 *
 * @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID when the file holds no object
 */
export async function* readKeyedItems(
  folder: AnnotationFolder,
  file: string,
): AsyncGenerator<AnnotationPiece> {
  const entries = Object.entries(await readJsonObject(folder, file));
  for (const [position, [key, entry]] of entries.entries()) {
    yield { place: { file, position }, value: { key, entry } };
  }
}

/** A JSON file that holds an object. @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID */
export async function readJsonObject(
  folder: AnnotationFolder,
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  const value = await readWholeJson(folder, file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new EngineError('ANNOTATIONS_INVALID', `${file} holds no JSON object.`);
}

/** Lengths of videos by name. */
export type Durations = ReadonlyMap<string, number>;

/**
 * Lengths of videos in seconds, as `durations.json` lists them; entries that are no lengths are left out, so that their
 * samples are skipped for want of a duration.
 *
 * @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID
 */
export async function readDurations(folder: AnnotationFolder, file: string): Promise<Durations> {
  const entries = Object.entries(await readJsonObject(folder, file));
  return new Map(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0),
  );
}
