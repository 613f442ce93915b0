import { z } from 'zod';
import { tallySchema } from './eval-sample.ts';
import { evalScoreResultSchema } from './eval-score.ts';
import { benchmarkNameSchema } from './eval-task.ts';

/** What is known of the run that predictions come from; all of it goes on the report's first lines. */
export const evalRunFactsSchema = z.object({
  model: z.string().optional(),
  /** The bundled example, which only shows how things work. */
  toy: z.boolean().optional(),
  precision: z.string().optional(),
  device: z.string().optional(),
  roles: z.array(z.string()).optional(),
  split: z.string().optional(),
  /** Samples that failed, and what became of annotations that cannot be run. */
  failed: z.number().int().optional(),
  skipped: z.number().int().optional(),
  /** What is odd about samples that were run all the same, or was supposed of their files. */
  notes: z.array(tallySchema).readonly().optional(),
  /** Samples of the run that are not done. */
  undone: z.number().int().optional(),
  /** Parts of the run that were never begun; how many samples they have nobody knows. */
  missingShards: z.number().int().optional(),
  /** Only the first samples were run, of so many that the split has. */
  limit: z.number().int().optional(),
  available: z.number().int().optional(),
  /** Whose frames and tokens the answerer saw: the package's own, the benchmark's, or the benchmark's where the package's differ. */
  budgets: z.enum(['package', 'benchmark', 'differ']).optional(),
});
export type EvalRunFacts = z.infer<typeof evalRunFactsSchema>;

export const evalReportRequestSchema = z.object({
  /** Folder of predictions in the reference's dump format. */
  predictionsPath: z.string(),
  benchmark: benchmarkNameSchema,
  /** QVHighlights: its submission file and annotations, for the figures of its own scorer. */
  submissionPath: z.string().optional(),
  annotationsPath: z.string().optional(),
  /** Benchmarks with open answers: a judge's verdicts. */
  verdictsPath: z.string().optional(),
  /** One's own task: what its commands said of replies. */
  metricValuesPath: z.string().optional(),
  /** Where the videos of predictions lie, for pictures of the worst cases. */
  dataDir: z.string().optional(),
  facts: evalRunFactsSchema.default({}),
  resamples: z.number().int().min(100).default(1000),
  seed: z.number().int().default(0),
  worstCases: z.number().int().min(0).max(100).default(8),
});
export type EvalReportRequest = z.infer<typeof evalReportRequestSchema>;

/** A published value of a figure. */
const publishedSchema = z.object({
  model: z.string(),
  value: z.number(),
  /** Documents that print it; where they disagree there are several values. */
  sources: z.array(z.string()),
});

/** One number of a report, in percent, with the range in which 95 % of resampled runs lie. */
export const figureSchema = z.object({
  name: z.string(),
  value: z.number(),
  lowest: z.number().optional(),
  highest: z.number().optional(),
  /** Samples that it is a mean over. */
  samples: z.number().int(),
  published: z.array(publishedSchema),
});
export type Figure = z.infer<typeof figureSchema>;

/** A row of a breakdown: the mean overlap, recall and accuracy of a part of the samples, in percent. */
export const breakdownRowSchema = z.object({
  name: z.string(),
  samples: z.number().int(),
  meanIou: z.number().optional(),
  recall: z.number().optional(),
  accuracy: z.number().optional(),
  /** By the task's own measures. */
  measures: z.record(z.string(), z.number()).optional(),
});
export type BreakdownRow = z.infer<typeof breakdownRowSchema>;

/** The figures of a row under the names that people read. */
export function breakdownValues(row: BreakdownRow): Readonly<Record<string, number>> {
  const { meanIou, recall, accuracy, measures } = row;
  return {
    ...(meanIou === undefined ? {} : { mIoU: meanIou }),
    ...(recall === undefined ? {} : { 'R1@0.5': recall }),
    ...(accuracy === undefined ? {} : { Accuracy: accuracy }),
    ...measures,
  };
}

/** Names of all figures of a breakdown's rows. */
export function breakdownColumns(rows: readonly BreakdownRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(breakdownValues(row))))];
}

/** How the questions of a run that were asked with tools made use of them: numbers a question, and shares in percent. */
export const toolUseSchema = z.object({
  samples: z.number().int(),
  measures: z.array(
    z.object({ key: z.string(), name: z.string(), value: z.number(), unit: z.enum(['each', 'percent']) }),
  ),
});
export type ToolUse = z.infer<typeof toolUseSchema>;

const spanSchema = z.tuple([z.number(), z.number()]);

/** A sample that went wrong, with pictures of what was meant and what was found. */
export const worstCaseSchema = z.object({
  id: z.string(),
  video: z.string(),
  text: z.string(),
  durationSec: z.number().optional(),
  truths: z.array(spanSchema),
  guess: spanSchema.optional(),
  iou: z.number().optional(),
  reply: z.string().optional(),
  answer: z.string().optional(),
  error: z.string().optional(),
  /** PNG as data URLs, labelled. */
  frames: z.array(z.object({ label: z.string(), url: z.string() })),
});
export type WorstCase = z.infer<typeof worstCaseSchema>;

/** Something to know before figures are quoted. */
export const reportDoubtSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** The figures are not what they would be taken for. */
  spoils: z.boolean(),
});
export type ReportDoubt = z.infer<typeof reportDoubtSchema>;

export const evalReportSchema = z.object({
  schemaVersion: z.literal(1),
  benchmark: z.string(),
  facts: evalRunFactsSchema,
  figures: z.array(figureSchema),
  /** Share of samples, in percent, whose best of the first k guesses reaches an overlap. */
  curves: z.array(
    z.object({ name: z.string(), points: z.array(z.object({ overlap: z.number(), recall: z.number() })) }),
  ),
  /** How often a candidate of a verifier's score really hits (IoU of 0.5 or more). */
  calibration: z
    .object({
      bins: z.array(
        z.object({
          from: z.number(),
          to: z.number(),
          candidates: z.number(),
          score: z.number(),
          hits: z.number(),
        }),
      ),
      /** Mean distance of score and hit rate, weighted by candidates. */
      error: z.number(),
    })
    .optional(),
  /** Absent where no question was asked with tools. */
  toolUse: toolUseSchema.optional(),
  byMomentLength: z.array(breakdownRowSchema),
  byMomentPosition: z.array(breakdownRowSchema),
  byCategory: z.array(breakdownRowSchema),
  worstCases: z.array(worstCaseSchema),
  score: evalScoreResultSchema,
  resamples: z.number().int(),
  doubts: z.array(reportDoubtSchema),
  /** None of the doubts spoils the figures. */
  trustworthy: z.boolean(),
});
export type EvalReport = z.infer<typeof evalReportSchema>;

/** Whether each sample is right, as the report's list of all samples says it. */
export const evalVerdictsRequestSchema = evalReportRequestSchema.pick({
  predictionsPath: true,
  benchmark: true,
  verdictsPath: true,
  metricValuesPath: true,
});
export type EvalVerdictsRequest = z.infer<typeof evalVerdictsRequestSchema>;
export const evalVerdictsResultSchema = z.object({
  /** `right` is absent where nobody can tell. */
  samples: z.array(z.object({ id: z.string(), right: z.boolean().exactOptional() })),
});

/** The report, and its forms for people and spreadsheets. */
export const evalReportResultSchema = z.object({
  report: evalReportSchema,
  html: z.string(),
  csv: z.string(),
});

export const evalCompareRequestSchema = z.object({
  predictionsA: z.string(),
  predictionsB: z.string(),
  /** Of a reasoning benchmark: a judge's verdicts on each. */
  verdictsA: z.string().optional(),
  verdictsB: z.string().optional(),
  /** Of one's own task: what its commands said of each. */
  metricValuesA: z.string().optional(),
  metricValuesB: z.string().optional(),
  factsA: evalRunFactsSchema.optional(),
  factsB: evalRunFactsSchema.optional(),
  benchmark: benchmarkNameSchema,
  /** Pictures of so many flipped samples, out of the videos there. */
  dataDir: z.string().optional(),
  pictured: z.number().int().min(0).optional(),
  resamples: z.number().int().min(100).default(2000),
  seed: z.number().int().default(0),
});
export type EvalCompareRequest = z.infer<typeof evalCompareRequestSchema>;

/** Two runs side by side, over the samples that both have. */
export const evalComparisonSchema = z.object({
  benchmark: z.string(),
  /** Samples in both, and in one alone. */
  shared: z.number().int(),
  onlyA: z.number().int(),
  onlyB: z.number().int(),
  figures: z.array(
    z.object({
      name: z.string(),
      samples: z.number().int(),
      a: z.number(),
      b: z.number(),
      /** b − a in percentage points, with the range in which 95 % of paired resamplings lie. */
      difference: z.number(),
      lowest: z.number(),
      highest: z.number(),
      /** Two-sided: McNemar's exact test for yes-or-no measures, a paired bootstrap for the others. */
      pValue: z.number(),
      test: z.enum(['McNemar', 'paired bootstrap']),
      /** Yes-or-no measures: samples that only A, only B has right. */
      onlyARight: z.number().int().optional(),
      onlyBRight: z.number().int().optional(),
    }),
  ),
  /** Samples that one run has right and the other wrong, by the first yes-or-no measure; in the order of their ids. */
  flipped: z
    .object({
      measure: z.string(),
      samples: z.array(
        z.object({
          id: z.string(),
          video: z.string(),
          text: z.string(),
          right: z.enum(['A', 'B']),
          replyA: z.string().optional(),
          replyB: z.string().optional(),
          momentA: spanSchema.optional(),
          momentB: spanSchema.optional(),
          truths: z.array(spanSchema),
          /** The middle of the true moment and of each run's, where pictures were asked for and the video can be read. */
          frames: z.array(z.object({ label: z.string(), url: z.string() })),
        }),
      ),
    })
    .optional(),
  /** Of each run that was asked with tools. */
  toolUseA: toolUseSchema.optional(),
  toolUseB: toolUseSchema.optional(),
  /** What is to be known of each run before its figures are quoted. */
  doubts: z.array(reportDoubtSchema.extend({ run: z.enum(['A', 'B']) })),
  trustworthy: z.boolean(),
});
export type EvalComparison = z.infer<typeof evalComparisonSchema>;

/** The comparison, and as a page. */
export const evalCompareResultSchema = z.object({ comparison: evalComparisonSchema, html: z.string() });

/** What `eval report` lays into a folder. */
export const reportFileNames = { html: 'report.html', csv: 'report.csv', json: 'report.json' } as const;

/** Why a figure has no range, for people; undefined where all have one. */
export function rangeNote(figures: EvalReport['figures']): string | undefined {
  if (figures.every(({ lowest }) => lowest !== undefined)) return undefined;
  return 'A figure without a range is the benchmark’s own measure over all samples together: there is nothing to draw again.';
}
