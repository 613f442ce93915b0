import { z } from 'zod';
import { errorCodes } from './errors.ts';
import { evalSettingsSchema, evalSourceSchema, tallySchema } from './eval-sample.ts';
import { splitSchema } from './eval-task.ts';

export const evalInspectRequestSchema = evalSourceSchema.extend({
  /** Also open every video. */
  openVideos: z.boolean().default(false),
  /** Hold videos against a list as `sha256sum` writes it. */
  checksumsPath: z.string().optional(),
});

const errorSchema = z.object({ code: z.enum(errorCodes), message: z.string(), remedy: z.string() });

/** What was found of a benchmark's split, what is missing, and what a run would leave out. */
export const evalInspectionSchema = z.object({
  key: z.string(),
  title: z.string(),
  dataDir: z.string(),
  split: splitSchema,
  readSplit: z.string(),
  truth: z.enum(['given', 'withheld']),
  refusal: z.string().optional(),
  settings: evalSettingsSchema,
  files: z.array(z.object({ file: z.string(), found: z.boolean(), bytes: z.number() })).readonly(),
  samples: z.object({
    read: z.number().int(),
    runnable: z.number().int(),
    /** A run has them and counts them as failed. */
    withoutVideo: z.number().int(),
    grounded: z.number().int(),
    answered: z.number().int(),
  }),
  videos: z.object({
    needed: z.number().int(),
    found: z.number().int(),
    missingExamples: z.array(z.string()).readonly(),
    unreadable: z
      .array(z.object({ path: z.string(), error: errorSchema }))
      .readonly()
      .optional(),
    checksums: z.object({ checked: z.number().int(), different: z.array(z.string()).readonly() }).optional(),
  }),
  durations: z.object({
    fewestSec: z.number().optional(),
    mostSec: z.number().optional(),
    unknown: z.number().int(),
  }),
  categories: z.record(z.string(), z.number()),
  skipped: z
    .array(tallySchema.extend({ affectsFigures: z.boolean(), countsAsFailed: z.boolean() }))
    .readonly(),
  notes: z.array(tallySchema).readonly(),
  error: errorSchema.optional(),
  trustworthy: z.boolean(),
});
export type EvalInspection = z.infer<typeof evalInspectionSchema>;
