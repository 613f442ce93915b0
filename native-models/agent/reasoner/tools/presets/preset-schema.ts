import { z } from 'zod';

/** Words of a project, taken from its own files: they are not the program's to repeat. */
export interface TakenWords {
  /** Said where it is not found. */
  readonly what: string;
  /** Within a copy of the project. */
  readonly file: string;
  /** A string constant of a Python module. */
  readonly constant?: string | undefined;
  /** Groups of an expression, joined; without any of these three the whole file. */
  readonly pattern?: string | undefined;
  /** JSON in the group of an expression. */
  readonly json?: string | undefined;
  /** How quotes within it are written; default: as in Python. */
  readonly quoted?: 'python' | 'hydra' | undefined;
  /** Its Python expressions, and what stands for each: our placeholders, or other words. */
  readonly values?: Readonly<Record<string, string | TakenWords>> | undefined;
  /** Placeholders of ours in front. */
  readonly before?: string | undefined;
}

const takenWordsSchema: z.ZodType<TakenWords> = z.strictObject({
  what: z.string(),
  file: z.string(),
  constant: z.string().optional(),
  pattern: z.string().optional(),
  json: z.string().optional(),
  quoted: z.enum(['python', 'hydra']).optional(),
  values: z.record(z.string(), z.union([z.string(), z.lazy(() => takenWordsSchema)])).optional(),
  before: z.string().optional(),
});

/** A published protocol: facts of the project's code, and where its own words stand there. */
export const presetSchema = z.strictObject({
  source: z.strictObject({
    title: z.string(),
    repository: z.string(),
    /** What the facts were read from. */
    commit: z.string(),
    licence: z.string(),
  }),
  /** tools.json without its words. */
  protocol: z.record(z.string(), z.unknown()),
  /** By their place in tools.json, names with dots between. */
  words: z.record(z.string(), takenWordsSchema),
});
export type Preset = z.infer<typeof presetSchema>;
