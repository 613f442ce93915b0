import { z } from 'zod';
import { speakerSchema } from './roles.ts';
import { searchRecordSchema } from './run-record.ts';

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
  /** The grounder's; traces of earlier versions have none. */
  confidence: z.number().optional(),
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

/** What a reasoner was shown and said; what concerns the video is absent where there is none. */
export const reasonerTraceSchema = z.object({
  /** The user's text before the chat template. */
  prompt: z.string(),
  /** The prompt after the chat template, one pad token standing for the video. */
  text: z.string(),
  /** Token ids fed, visual tokens and stamps expanded. */
  inputIds: z.array(z.number().int()),
  /** A generated token's position is its index plus this. */
  ropeDelta: z.number().int(),
  totalFrames: z.number().int().optional(),
  fps: z.number().optional(),
  /** Frames a second that were really taken. */
  sampleFps: z.number().optional(),
  frameIndices: z.array(z.number().int()).optional(),
  /** [height, width] as the reader sized the frames, and as the processor fed them. */
  frameSize: pair.optional(),
  fedSize: pair.optional(),
  gridTHW: z.array(z.number().int()).length(3).optional(),
  /** Seconds from one frame pair to the next, in float32, where positions tell the time. */
  secondPerGrid: z.number().optional(),
  /** Where each frame pair stands on the time axis, there. */
  pairPositions: z.array(z.number().int()).optional(),
  /** When each frame pair was, and its stamp in the text, where stamps tell the time. */
  timestamps: z.array(z.number()).optional(),
  timestampTexts: z.array(z.string()).optional(),
  /** The stretch that was shown, in seconds. */
  span: pair.optional(),
  /** Token ids generated, with the end token if it came. */
  outputIds: z.array(z.number().int()),
  response: z.string(),
});
export type ReasonerTrace = z.infer<typeof reasonerTraceSchema>;

const toolCallTraceSchema = z.object({ name: z.string(), arguments: z.string() });

/** What came of a call; stretches and frames only where something was looked at. */
const toolResultTraceSchema = z.object({
  ok: z.boolean(),
  text: z.string(),
  spanSec: pair.optional(),
  frameIndices: z.array(z.number().int()).optional(),
  frameSec: z.array(z.number()).optional(),
  frameSize: pair.optional(),
});

/** One reply of a model that calls tools, and what it was shown before and after. */
export const toolTurnTraceSchema = z.object({
  /** The prompt after the chat template, one pad token standing for each image. */
  text: z.string(),
  inputIds: z.array(z.number().int()),
  /** Of all images up to now. */
  gridsTHW: z.array(z.array(z.number().int()).length(3)),
  ropeDelta: z.number().int(),
  outputIds: z.array(z.number().int()),
  response: z.string(),
  /** What stands before the first call; the whole reply where there is none. */
  content: z.string(),
  /** Arguments as they are written into the history. */
  calls: z.array(toolCallTraceSchema),
  results: z.array(toolResultTraceSchema),
});
export type ToolTurnTrace = z.infer<typeof toolTurnTraceSchema>;

/** Why no reply followed: no call, one that could not be read, no round left, the reply's or the context's length. */
export const toolStopSchema = z.enum(['answered', 'malformed', 'rounds', 'length', 'context']);
export type ToolStop = z.infer<typeof toolStopSchema>;

/** What a model that calls tools was shown and said, reply by reply. */
export const toolLoopTraceSchema = z.object({
  prompt: z.string(),
  totalFrames: z.number().int(),
  fps: z.number(),
  durationSec: z.number(),
  /** The first look. */
  frameIndices: z.array(z.number().int()),
  frameSec: z.array(z.number()),
  /** [height, width] as the reader sized the frames. */
  frameSize: pair,
  turns: z.array(toolTurnTraceSchema),
  stop: toolStopSchema,
  /** What stands before the calls of each turn, and the last reply. */
  response: z.string(),
  answer: z.string().nullable(),
  /** Smallest lead of a greedy choice over the next one, in logits; absent where logits stay on a device or are sampled from. */
  minMargin: z.number().optional(),
});
export type ToolLoopTrace = z.infer<typeof toolLoopTraceSchema>;

const cacheCountsSchema = z.object({
  hits: z.number().int(),
  misses: z.number().int(),
  evictions: z.number().int(),
  /** Of the misses: served by what shows the same, and at `fast` by what is like it; absent in old traces. */
  equal: z.number().int().optional(),
  alike: z.number().int().optional(),
  bytes: z.number(),
});

const transferCountSchema = z.object({ bytes: z.number(), calls: z.number().int() });
const crossedSchema = z.object({ toDevice: transferCountSchema, fromDevice: transferCountSchema });

/** What a role moved between memory and device; zeros where the device works in memory. */
export const roleTransferSchema = crossedSchema.extend({
  /** Tokens chosen, or judgements made: what `toDevice` and `fromDevice` were moved for. */
  steps: z.number().int(),
  /** What was moved before that: frames, prompt and weights of the role. */
  reading: crossedSchema,
});
export type RoleTransfer = z.infer<typeof roleTransferSchema>;

/** What each role was shown and said; a role that did not run is absent (command-line contract, `ask --trace`). */
export const runTraceSchema = z.object({
  planner: plannerTraceSchema.optional(),
  grounder: grounderTraceSchema.optional(),
  verifier: verifierTraceSchema.optional(),
  answerer: answererTraceSchema.optional(),
  reasoner: z.union([toolLoopTraceSchema, reasonerTraceSchema]).optional(),
  /** The reasoner's second reply, on the verified moment only. */
  reasonerOnMoment: z.union([toolLoopTraceSchema, reasonerTraceSchema]).optional(),
  /** What a search window by window looked at, in order, what it left out, and how sure it was of each window's best moment. */
  search: searchRecordSchema.extend({ confidences: z.array(z.number()) }).optional(),
  transfer: z.partialRecord(speakerSchema, roleTransferSchema).optional(),
  caches: z
    .object({ visionFeatures: cacheCountsSchema, prefixes: cacheCountsSchema, budgetBytes: z.number() })
    .optional(),
});
export type RunTrace = z.infer<typeof runTraceSchema>;
