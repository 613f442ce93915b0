import { z } from 'zod';
import { runRecordSchema } from './run-record.ts';

const spanSchema = z.tuple([z.number(), z.number()]).readonly();

/** What a person says is right about a run; what is absent was not judged. */
export const runCorrectionSchema = z.object({
  /** The true moments, in seconds. */
  spans: z.array(spanSchema).readonly().optional(),
  /** The right answer as text. */
  answer: z.string().optional(),
  /** The query that the planner should have made. */
  query: z.string().optional(),
  /** Whether the question needs grounding. */
  grounding: z.boolean().optional(),
});
export type RunCorrection = z.infer<typeof runCorrectionSchema>;

/** A run and what a person corrected of it. */
export const correctedRunSchema = z.object({
  /** Unique among the runs that are exported together. */
  id: z.string(),
  record: runRecordSchema,
  correction: runCorrectionSchema,
  /** As the training data names the video. Default: the path in the record. */
  videoPath: z.string().optional(),
});
export type CorrectedRun = z.infer<typeof correctedRunSchema>;

/** Moments that people marked without asking a model: they become grounding items. */
export const markedMomentsSchema = z.object({
  id: z.string(),
  videoPath: z.string(),
  durationSec: z.number().positive(),
  query: z.string(),
  spans: z.array(spanSchema).readonly(),
});
export type MarkedMoments = z.infer<typeof markedMomentsSchema>;

/** Writes corrected runs and marked moments, one file for each form of training. */
export const evalExportRunsRequestSchema = z.object({
  runs: z.array(correctedRunSchema),
  moments: z.array(markedMomentsSchema).default([]),
  outPath: z.string(),
  force: z.boolean().default(false),
});
export type EvalExportRunsRequest = z.infer<typeof evalExportRunsRequestSchema>;
export const evalExportRunsResultSchema = z.object({
  runs: z.number().int(),
  /** Runs that no form had a use for: nothing about them was judged. */
  unused: z.array(z.string()).readonly(),
  /** Items by form. */
  written: z.record(z.string(), z.number().int()),
  paths: z.array(z.string()).readonly(),
});
export type EvalExportRunsResult = z.infer<typeof evalExportRunsResultSchema>;
