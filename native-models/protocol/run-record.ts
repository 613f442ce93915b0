import { z } from 'zod';
import { precisionSchema, roleSchema } from './roles.ts';

const seconds = z.number().nonnegative();

/** Something that a person should know about a run that went on all the same. */
export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type RunWarning = z.infer<typeof warningSchema>;

/** A candidate moment, in seconds of presentation time. */
export const candidateSchema = z.object({
  startSec: seconds,
  endSec: seconds,
  /** The grounding head's score, 0..1; 0 for a window that no head proposed. */
  confidence: z.number(),
  /** sigmoid(P(Yes) − P(No)) of the verifier, when it ran on this candidate. */
  verifierScore: z.number().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

export const momentSchema = z.object({ startSec: seconds, endSec: seconds });
/** A stretch of a video, in seconds of presentation time. */
export type Moment = z.infer<typeof momentSchema>;

export const planSchema = z.object({
  /** The planner's reply as it came. */
  response: z.string(),
  /** What the grounder looks for: the planner's rephrased query, or the question. */
  query: z.string(),
  /** False when the plan goes straight to the answerer. */
  grounding: z.boolean(),
});
export type Plan = z.infer<typeof planSchema>;

const tokenCountsSchema = z.object({
  /** Tokens of the prompts, visual ones included. */
  prompt: z.number().int(),
  /** Tokens generated. */
  generated: z.number().int(),
  /** Prompt tokens whose keys and values were kept from an earlier question. */
  reused: z.number().int(),
});
export type TokenCounts = z.infer<typeof tokenCountsSchema>;

/** What was asked of which video and model, what came out, and in what time (command-line contract, `ask --json`). */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  question: z.string(),
  options: z.array(z.string()).optional(),
  roles: z.array(roleSchema),
  precision: precisionSchema,
  device: z.string(),
  model: z.object({ name: z.string(), path: z.string(), checksum: z.string() }),
  video: z.object({
    path: z.string(),
    durationSec: seconds,
    fps: z.number().positive(),
    totalFrames: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
  }),
  plan: planSchema.optional(),
  /** Best first: by verifier score if it ran, else by confidence. Empty without grounding. */
  candidates: z.array(candidateSchema),
  /** The best candidate as found, before it is widened for the answerer. */
  moment: momentSchema.optional(),
  answer: z.object({ text: z.string(), option: z.string().optional() }).optional(),
  /** Seconds per role that ran, plus `totalSec`. */
  timings: z.record(z.string(), z.number()),
  /** Per role that ran. */
  tokens: z.partialRecord(roleSchema, tokenCountsSchema),
  warnings: z.array(warningSchema),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
