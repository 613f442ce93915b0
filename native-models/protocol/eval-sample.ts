import { z } from 'zod';
import { benchmarkNameSchema, splitSchema } from './eval-task.ts';

const seconds = z.number();
const spanSchema = z.tuple([seconds, seconds]).readonly();

/** Where in the annotations something was read. */
const placeSchema = z.object({ file: z.string(), position: z.number().int().optional() });

/** One thing to ask of a model, as the benchmark's loader read it; paths are absolute on the machine that reads them. */
export const evalSampleSchema = z.object({
  kind: z.literal('sample'),
  id: z.string(),
  /** Place in the loader's order, from 0. */
  index: z.number().int().nonnegative(),
  place: placeSchema,
  source: z.string(),
  form: z.enum(['grounding', 'multimodal']),
  videoPath: z.string(),
  /** The pictures of a video that is a folder of them. */
  framePaths: z.array(z.string()).readonly().optional(),
  durationSec: seconds.optional(),
  query: z.string().optional(),
  question: z.string().optional(),
  options: z.array(z.string()).readonly().optional(),
  answer: z.string().optional(),
  answerLetter: z.string().optional(),
  /** The true moments; null where the benchmark withholds them. */
  spans: z.array(spanSchema).readonly().nullable().optional(),
  categories: z.array(z.string()).readonly(),
  subtitlesPath: z.string().optional(),
  /** Fields that only one benchmark has, under their own names. */
  extra: z.record(z.string(), z.unknown()),
});
export type EvalSample = z.infer<typeof evalSampleSchema>;

/** Something in the annotations that cannot be run. With `sample` only its video is missing: it counts as failed. */
export const evalSkipSchema = z.object({
  kind: z.literal('skipped'),
  index: z.number().int(),
  place: placeSchema,
  reason: z.string(),
  detail: z.string(),
  sample: evalSampleSchema.optional(),
  /** False where leaving it out is part of the data set's definition. */
  affectsFigures: z.boolean(),
});
export type EvalSkip = z.infer<typeof evalSkipSchema>;

/** Something that was found several times; the first cases are named. */
export const tallySchema = z.object({
  kind: z.string(),
  count: z.number().int(),
  examples: z.array(z.object({ place: placeSchema, detail: z.string() })).readonly(),
});
export type EvalTally = z.infer<typeof tallySchema>;

/** In a line for people: how often, and the first case. */
export function tallyText({ kind, count, examples: [first] }: EvalTally): string {
  if (first === undefined) return `${count} × ${kind}.`;
  const { place, detail } = first;
  const where = place.position === undefined ? place.file : `${place.file}, ${place.position}`;
  return `${count} × ${kind}; ${count === 1 ? '' : 'first: '}${where}: ${detail}.`;
}

/** How options are put to the model: listed with the reply begun, listed, or not at all. */
export const promptStyleSchema = z.enum(['mcq', 'options', 'direct']);

/** Frames a second and at most, and tokens of a frame. */
export const budgetSchema = z.object({
  fps: z.number(),
  maxFrames: z.number().int(),
  minTokens: z.number().int(),
  maxTokens: z.number().int(),
});

/** What a benchmark's run differs in. */
export const evalSettingsSchema = z.object({
  kind: z.enum(['grounding', 'grounded-answers', 'answers']),
  /** Written times are exact to this. */
  roundingUnitSec: seconds,
  /** What is fixed for every model; absent for one's own annotations: each package is asked as `ask` asks it. */
  fixed: z
    .object({
      /** The moment shown to the answerer is widened to this, or to a share of the video. */
      minMomentSec: seconds,
      minMomentShare: z.number().optional(),
      answererBudget: budgetSchema,
    })
    .optional(),
  promptStyle: promptStyleSchema,
});
export type EvalSettings = z.infer<typeof evalSettingsSchema>;

/** A benchmark's split and which part of it. */
export const evalSourceSchema = z.object({
  benchmark: benchmarkNameSchema,
  dataDir: z.string(),
  /** Absent: the split that results are published on. */
  split: splitSchema.optional(),
  limit: z.number().int().positive().optional(),
  /** Also where the reference is wrong, for figures that contain the defect. */
  asPublished: z.boolean().default(false),
});
export type EvalSource = z.infer<typeof evalSourceSchema>;
