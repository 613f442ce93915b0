import { z } from 'zod';
import type { AnnotationPlace, Span } from '../benchmark.ts';
import type { Draft, SkipDraft } from '../data-set.ts';
import type { AnnotationPiece } from './annotation-files.ts';

/** Text that is there. */
export const textSchema = z.string().min(1);
/** A name of something, often a number in the files. */
export const idSchema = z.union([textSchema, z.number()]).transform(String);
/** A stretch in seconds as annotated. */
export const spanSchema: z.ZodType<Span> = z.tuple([z.number(), z.number()]).readonly();
/** Several stretches, at least one. */
export const spansSchema = z.array(spanSchema).min(1);
/** A length in seconds. */
export const durationSchema = z.number().positive();
/** Options of a question; empty ones occur. */
export const optionsSchema = z.array(z.string()).min(1);

/**
 * Makes drafts of the pieces of a file: what is broken or does not fit the schema becomes a skip that says why.
 * @param toDrafts the drafts of one item
 */
export async function* draftItems<Item>(
  pieces: AsyncIterable<AnnotationPiece>,
  schema: z.ZodType<Item>,
  toDrafts: (item: Item, place: AnnotationPlace) => readonly Draft[] | Promise<readonly Draft[]>,
): AsyncGenerator<Draft> {
  for await (const piece of pieces) {
    if ('fault' in piece) {
      yield skip(piece.place, 'broken-line', piece.fault);
      continue;
    }
    const item = schema.safeParse(piece.value);
    if (item.success) yield* await toDrafts(item.data, piece.place);
    else yield invalidItem(piece.place, item.error, piece.value);
  }
}

/** A skip for an item of the wrong shape, naming its fields. */
export function invalidItem(place: AnnotationPlace, error: z.ZodError, value: unknown): SkipDraft {
  const problems = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  const missing = error.issues.every((issue) => issue.path.length > 0 && at(value, issue.path) === undefined);
  return skip(place, missing ? 'field-missing' : 'field-invalid', problems.join('; '));
}

/** A draft of nothing, for a reason. */
export function skip(place: AnnotationPlace, reason: SkipDraft['reason'], detail: string): SkipDraft {
  return { kind: 'skip', place, reason, detail };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  return inner;
}
