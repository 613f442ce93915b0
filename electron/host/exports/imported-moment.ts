import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { provenanceSchema, reviewStateSchema } from '../contract/annotations.ts';

const text = z.string().max(10_000);

/** A moment as a file of annotations tells it. */
export const importedMomentSchema = z
  .object({
    /** Name, path or id of its video, as the file has it; absent where a file is about one video. */
    video: text.optional(),
    startSec: z.number().nonnegative(),
    endSec: z.number().nonnegative(),
    text: text.default(''),
    label: text.default(''),
    note: text.default(''),
    state: reviewStateSchema.default('open'),
    /** What the file says of it; the store keeps it as imported all the same. */
    provenance: provenanceSchema.optional(),
  })
  .refine(({ startSec, endSec }) => startSec <= endSec, 'it ends before it starts');
export type ImportedMoment = z.infer<typeof importedMomentSchema>;

/** What was read of a file, and what was not, with the first places of each kind. */
export interface ReadAnnotations {
  readonly moments: readonly ImportedMoment[];
  readonly skipped: readonly {
    readonly reason: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
}

/** Places that are named of each kind of damage. */
const namedExamples = 5;

/** Gathers what a reader finds: what fits becomes a moment, the rest is counted by its reason. */
export class MomentCollector {
  readonly #moments: ImportedMoment[] = [];
  readonly #skipped = new Map<string, { count: number; examples: string[] }>();

  /** @param place where it stands, in words for people ("line 3"). */
  add(place: string, candidate: unknown): void {
    const parsed = importedMomentSchema.safeParse(candidate);
    if (parsed.success) this.#moments.push(parsed.data);
    else
      this.skip(
        place,
        parsed.error.issues[0] === undefined ? 'not a moment' : reasonOf(parsed.error.issues[0]),
      );
  }

  skip(place: string, reason: string): void {
    const kind = this.#skipped.get(reason) ?? { count: 0, examples: [] };
    kind.count++;
    if (kind.examples.length < namedExamples) kind.examples.push(place);
    this.#skipped.set(reason, kind);
  }

  /** @throws EngineError ANNOTATIONS_INVALID when there was not one moment. */
  finish(fileName: string): ReadAnnotations {
    const skipped = [...this.#skipped].map(([reason, kind]) => ({ reason, ...kind }));
    if (this.#moments.length > 0) return { moments: this.#moments, skipped };
    const why = skipped.map(({ reason, examples }) => `${reason} (${examples[0] ?? ''})`).join('; ');
    throw unreadable(fileName, why === '' ? 'it holds no moments' : why);
  }
}

/** @returns ANNOTATIONS_INVALID with what can be read instead. */
export function unreadable(fileName: string, why: string): EngineError {
  return new EngineError('ANNOTATIONS_INVALID', `No annotations can be read from ${fileName}: ${why}.`, {
    remedy:
      'Give JSON (an export of this program, ActivityNet, Label Studio), JSONL (one moment a line, or QVHighlights), CSV with the columns startSec and endSec, or ELAN.',
  });
}

function reasonOf(issue: z.core.$ZodIssue): string {
  const field = issue.path.join('.');
  if (field === '') return issue.message;
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return missing ? `${field} is missing` : `${field}: ${issue.message}`;
}
