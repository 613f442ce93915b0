import { z } from 'zod';
import { evalRunFactsSchema, reportDoubtSchema } from './eval-report.ts';
import { benchmarkNameSchema } from './eval-task.ts';

/** A row of a table: runs that differ in nothing but the seed of their sampling. */
const tableRowRequestSchema = z.object({
  name: z.string(),
  runs: z
    .array(
      z.object({
        /** Folder of predictions in the reference's dump format. */
        predictionsPath: z.string(),
        verdictsPath: z.string().optional(),
        metricValuesPath: z.string().optional(),
        facts: evalRunFactsSchema.default({}),
      }),
    )
    .min(1),
});

export const evalTableRequestSchema = z.object({
  benchmark: benchmarkNameSchema,
  title: z.string().optional(),
  /** The first is what the others are tested against. */
  rows: z.array(tableRowRequestSchema).min(1),
  resamples: z.number().int().min(100).default(5000),
  seed: z.number().int().default(0),
});
export type EvalTableRequest = z.infer<typeof evalTableRequestSchema>;

/** A figure of a row, in percent. */
const cellSchema = z.object({
  measure: z.string(),
  /** Of the runs' figures: their mean, and with several their standard deviation (n − 1). */
  mean: z.number(),
  deviation: z.number().optional(),
  /** Each run's. */
  values: z.array(z.number()),
  samples: z.number().int(),
});
export type TableCell = z.infer<typeof cellSchema>;

/** What several runs of a row say together, in percent. */
const togetherSchema = z.object({
  /** The measure that it is about: yes or no of each sample. */
  measure: z.string(),
  /** How often at least one of k answers is right: the unbiased estimate from all runs. */
  passAt: z.array(z.object({ k: z.number().int(), value: z.number() })),
  /** How often the option that most runs choose is right; of several chosen as often, the one that was first. */
  selfConsistency: z.number().optional(),
});

const tableTestSchema = z.object({
  row: z.string(),
  measure: z.string(),
  /** Less the first row's, in percentage points, over the samples that both have. */
  difference: z.number(),
  samples: z.number().int(),
  pValue: z.number(),
  /** By Holm's method, for all tests of the table. */
  adjusted: z.number(),
  test: z.enum(['McNemar', 'paired bootstrap']),
});

export const evalTableSchema = z.object({
  schemaVersion: z.literal(1),
  benchmark: z.string(),
  title: z.string().optional(),
  measures: z.array(z.string()),
  rows: z.array(
    z.object({
      name: z.string(),
      runs: z.number().int(),
      samples: z.number().int(),
      cells: z.array(cellSchema),
      together: togetherSchema.optional(),
    }),
  ),
  tests: z.array(tableTestSchema),
  /** Published values of the measures, by model. */
  published: z.array(
    z.object({ model: z.string(), values: z.array(z.object({ measure: z.string(), value: z.number() })) }),
  ),
  doubts: z.array(reportDoubtSchema.extend({ row: z.string() })),
  trustworthy: z.boolean(),
});
export type EvalTable = z.infer<typeof evalTableSchema>;

/** The table, and its forms for papers, pages and spreadsheets. */
export const evalTableResultSchema = z.object({
  table: evalTableSchema,
  lines: z.object({
    headings: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    notes: z.array(z.string()),
  }),
  markdown: z.string(),
  latex: z.string(),
  csv: z.string(),
  html: z.string(),
});
export type EvalTableResult = z.infer<typeof evalTableResultSchema>;
