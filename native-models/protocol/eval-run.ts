import { z } from 'zod';
import { errorCodes } from './errors.ts';
import {
  budgetSchema,
  evalSampleSchema,
  evalSettingsSchema,
  evalSkipSchema,
  evalSourceSchema,
  promptStyleSchema,
  tallySchema,
} from './eval-sample.ts';
import { splitSchema } from './eval-task.ts';
import { reasonerRequestSchema } from './reasoner-request.ts';
import { searchRequestSchema, speedSchema } from './search-request.ts';
import { deviceSchema, roleSchema, runtimeNameSchema } from './roles.ts';
import { runRecordSchema, warningSchema } from './run-record.ts';

/** New tokens per role where a run says nothing else, as in published runs; a model that reasons aloud has its package's. */
export const usualMaxTokens = 256;

/** How samples are asked, by the settings that `ask` has too; the defaults are those of published runs. */
export const askingShape = {
  /** Moments that the verifier looks at. */
  candidates: z.number().int().min(1).max(100).default(5),
  temperature: z.number().min(0).default(0),
  /** Of sampling; every sample is asked with the same one. */
  seed: z.number().int().nonnegative().optional(),
  /** Most new tokens of each role. */
  maxTokens: z.number().int().positive().optional(),
  /** How subtitles are encoded, where that is not recognized. */
  subtitlesEncoding: z.string().optional(),
  /** Only this part of each video is looked at. */
  startSec: z.number().nonnegative().optional(),
  endSec: z.number().positive().optional(),
  /** How closely the chain looks for moments; absent: whole. Models that reason aloud refuse it. */
  search: searchRequestSchema.optional(),
  /** Whether what hardly changes is looked at once. */
  speed: speedSchema.optional(),
  /** For models that reason aloud; others refuse it. */
  reasoner: reasonerRequestSchema.optional(),
};

/** Reads a split's samples; they come as progress, some at a time. */
export const evalSamplesRequestSchema = evalSourceSchema.extend({
  /** Allow a split that holds no truth, for making a submission. */
  allowWithheldTruth: z.boolean().default(false),
});
export const evalSamplesResultSchema = z.object({
  key: z.string(),
  title: z.string(),
  split: splitSchema,
  truth: z.enum(['given', 'withheld']),
  settings: evalSettingsSchema,
  /** What published packages show their answerer where a benchmark says nothing else. */
  usualBudget: budgetSchema,
  /** Samples that can be run, those behind the limit too. */
  available: z.number().int(),
  /** What is odd about those that are run, or was supposed of their files. */
  notes: z.array(tallySchema).readonly(),
});
export type EvalSamplesResult = z.infer<typeof evalSamplesResultSchema>;
export const evalSamplesProgressSchema = z.object({
  items: z.array(z.union([evalSampleSchema, evalSkipSchema])),
});

/** A sample as it is written: the keys of the reference's dumps (fixtures/README.md, "Keys of a written sample"). */
export const predictionSchema = z.record(z.string(), z.json());
export type Prediction = z.infer<typeof predictionSchema>;

/** Asks a model one sample of a benchmark. */
export const evalAskRequestSchema = z.object({
  sample: evalSampleSchema,
  settings: evalSettingsSchema,
  /** What videos are written relative to. */
  dataDir: z.string(),
  modelPath: z.string(),
  roles: z.array(roleSchema),
  /** The model reasons aloud: it has no roles, and answers open questions too. */
  reasons: z.boolean().default(false),
  style: promptStyleSchema.optional(),
  /** Show the answerer subtitles, where the benchmark has some. */
  subtitles: z.boolean().default(false),
  ...askingShape,
  device: deviceSchema.default('auto'),
  runtime: runtimeNameSchema.optional(),
  threads: z.number().int().positive().optional(),
});
export type EvalAskRequest = z.infer<typeof evalAskRequestSchema>;
export const evalAskResultSchema = z.object({
  prediction: predictionSchema,
  /** Seconds per role, and `totalSec`. */
  timings: z.record(z.string(), z.number()),
  /** What the run had to say of video, subtitles and model. */
  warnings: z.array(warningSchema).optional(),
  /** What was asked and came out, as of any question. */
  record: runRecordSchema,
});

/** What a sample that failed is written as: it takes part everywhere, and misses. */
export const evalFailureRequestSchema = z.object({
  sample: evalSampleSchema,
  dataDir: z.string(),
  roles: z.array(roleSchema),
  reasons: z.boolean().default(false),
  error: z.object({ code: z.enum(errorCodes), message: z.string() }),
});
export type EvalFailureRequest = z.infer<typeof evalFailureRequestSchema>;
