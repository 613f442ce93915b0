import { z } from 'zod';
import { benchmarkNameSchema } from './eval-task.ts';

/** What to score. Paths are absolute. */
export const evalScoreRequestSchema = z.object({
  /** A folder of predictions in the reference's dump format; for `qvhighlights` a JSONL file or a folder of them. */
  predictionsPath: z.string(),
  /** Key of a benchmark, `generic` for the default measures, or one's own task. */
  benchmark: benchmarkNameSchema,
  /** The benchmark's annotation JSONL; needed for `qvhighlights` only. */
  annotationsPath: z.string().optional(),
  /** CG-Bench only: moments above this confidence join the first one; 0 or less: the first alone. */
  confidenceThreshold: z.number().optional(),
  /** Benchmarks with open answers: a judge's verdicts, as `eval judge` writes them. */
  verdictsPath: z.string().optional(),
  /** One's own task: what its commands said of replies, lines of `{key, value}`. */
  metricValuesPath: z.string().optional(),
  /** Only what the reference's scripts print, without the corrected figures beside it. */
  asPublished: z.boolean().default(false),
});
export type EvalScoreRequest = z.infer<typeof evalScoreRequestSchema>;

/** A table as it is printed: percentages with two decimals, exact halves to even. */
export const scoreTableSchema = z.object({
  columns: z.array(z.string()),
  /** One per task, by name, and `all` as the last. */
  rows: z.array(z.array(z.string())),
});
export type ScoreTable = z.infer<typeof scoreTableSchema>;

/** How many samples verification made better or worse. */
export const changeCountSchema = z.object({
  count: z.number().int(),
  of: z.number().int(),
  percent: z.string(),
});
export type ChangeCount = z.infer<typeof changeCountSchema>;

/** Kinds of things that are wrong with what is scored; each is counted, none is dropped in silence. */
export const scoreIssueKinds = [
  'unreadable-file',
  'ignored-file',
  'no-predictions',
  'stale-output',
  'missing-chunk',
  'broken-json',
  'not-a-sample',
  'malformed-prediction',
  'malformed-reply',
  'empty-reply',
  'malformed-options',
  'malformed-task',
  'missing-truth',
  'malformed-truth',
  'not-finite',
  'span-beyond-duration',
  'duplicate-sample',
  'missing-prediction',
  'unknown-query',
  'empty-range',
  'open-question',
  'missing-verdict',
  'failed-sample',
  'missing-measure',
] as const;
export const scoreIssueKindSchema = z.enum(scoreIssueKinds);
export type ScoreIssueKind = z.infer<typeof scoreIssueKindSchema>;

export const scoreIssueSchema = z.object({
  kind: scoreIssueKindSchema,
  count: z.number().int(),
  /** True where the figures may not mean what they say because of it. */
  affectsFigures: z.boolean(),
  /** The first of them. */
  examples: z.array(
    z.object({
      file: z.string(),
      /** Index in a list from 0, or line of a JSONL file from 1. */
      position: z.number().int().optional(),
      reason: z.string(),
    }),
  ),
});
export type ScoreIssue = z.infer<typeof scoreIssueSchema>;

/** What the figures rest on: a sample that was never run lowers none of them. */
export const scoreCoverageSchema = z.object({
  files: z.number().int(),
  /** Objects found, and what could not be read as one. */
  samples: z.number().int(),
  unreadable: z.number().int(),
  grounding: z.object({
    scored: z.number().int(),
    failed: z.number().int(),
    /** Have true spans and no moments: in no grounding denominator. */
    notGrounded: z.number().int(),
  }),
  answers: z.object({
    scored: z.number().int(),
    failed: z.number().int(),
    /** Have a question with options and no reply: in no denominator. */
    unanswered: z.number().int(),
  }),
});
export type ScoreCoverage = z.infer<typeof scoreCoverageSchema>;

/** Numbers of a nested report, percentages rounded to two decimals. */
type NestedNumbers = number | { [name: string]: NestedNumbers };
const nestedNumbersSchema: z.ZodType<NestedNumbers> = z.lazy(() =>
  z.union([z.number(), z.record(z.string(), nestedNumbersSchema)]),
);

export const evalScoreResultSchema = z.object({
  benchmark: z.string(),
  /** As the reference prints them, by title. Absent for `qvhighlights`. */
  tables: z.record(z.string(), z.union([scoreTableSchema, changeCountSchema])).optional(),
  /** As the reference's QVHighlights scorer writes them. */
  metrics: z.record(z.string(), nestedNumbersSchema).optional(),
  /** Corrected or additional figures; absent with `asPublished`. */
  beside: z.record(z.string(), scoreTableSchema).optional(),
  coverage: scoreCoverageSchema,
  issues: z.array(scoreIssueSchema),
  /** False if any issue affects the figures. */
  trustworthy: z.boolean(),
});
export type EvalScoreResult = z.infer<typeof evalScoreResultSchema>;

/** While predictions are read. */
export const evalScoreProgressSchema = z.object({ file: z.string(), samples: z.number().int() });
export type EvalScoreProgress = z.infer<typeof evalScoreProgressSchema>;
