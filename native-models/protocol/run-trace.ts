import { z } from 'zod';

const pair = z.tuple([z.number(), z.number()]);

const promptTraceSchema = z.object({
  /** Frames shown, counted in presentation order. */
  frameIndices: z.array(z.number().int()),
  /** Patch grid: temporal patches, lines, columns. */
  gridTHW: z.array(z.number().int()).length(3),
  /** [height, width] of the frames as the model saw them, in pixels. */
  frameSize: pair,
  /** The prompt after the chat template. */
  text: z.string(),
  /** Token ids fed, visual tokens expanded. */
  inputIds: z.array(z.number().int()),
});
export type PromptTrace = z.infer<typeof promptTraceSchema>;

const replyTraceSchema = promptTraceSchema.extend({
  /** Token ids generated, with the end token if it came. */
  outputIds: z.array(z.number().int()),
  response: z.string(),
});

export const plannerTraceSchema = replyTraceSchema.extend({ query: z.string(), grounding: z.boolean() });
export type PlannerTrace = z.infer<typeof plannerTraceSchema>;

export const grounderTraceSchema = replyTraceSchema.extend({
  /** False when no `<|reg|>` was generated. */
  success: z.boolean(),
  /** [start, end, score] normalized to the video's length, at most 100. */
  rows: z.array(z.array(z.number()).length(3)),
  /** The class scores of every point of the pyramid, before suppression. */
  saliency: z.array(z.number()),
  /** Moments in seconds, best first. */
  pred: z.array(pair),
  conf: z.array(z.number()),
});
export type GrounderTrace = z.infer<typeof grounderTraceSchema>;

export const verifiedCandidateTraceSchema = promptTraceSchema.extend({
  /** The moment as grounded, in seconds. */
  candidate: pair,
  /** The moment after it was brought to its shortest length. */
  span: pair,
  /** The stretch that was sampled. */
  window: pair,
  yesLogit: z.number(),
  noLogit: z.number(),
  yesProb: z.number(),
  noProb: z.number(),
  score: z.number(),
});
export type VerifiedCandidateTrace = z.infer<typeof verifiedCandidateTraceSchema>;

export const verifierTraceSchema = z.object({
  /** In the grounder's order. */
  candidates: z.array(verifiedCandidateTraceSchema),
  /** Indices into `candidates`, best first. */
  ranks: z.array(z.number().int()),
});
export type VerifierTrace = z.infer<typeof verifierTraceSchema>;

export const answererTraceSchema = replyTraceSchema.extend({
  /** The stretch that was shown, in seconds. */
  span: pair,
});
export type AnswererTrace = z.infer<typeof answererTraceSchema>;

const cacheCountsSchema = z.object({
  hits: z.number().int(),
  misses: z.number().int(),
  evictions: z.number().int(),
  bytes: z.number(),
});

/** What each role was shown and said; a role that did not run is absent (command-line contract, `ask --trace`). */
export const runTraceSchema = z.object({
  planner: plannerTraceSchema.optional(),
  grounder: grounderTraceSchema.optional(),
  verifier: verifierTraceSchema.optional(),
  answerer: answererTraceSchema.optional(),
  caches: z
    .object({ visionFeatures: cacheCountsSchema, prefixes: cacheCountsSchema, budgetBytes: z.number() })
    .optional(),
});
export type RunTrace = z.infer<typeof runTraceSchema>;
