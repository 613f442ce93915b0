import { z } from 'zod';
import { toolTurnSchema } from './tool-turn.ts';

/** The lines after a question that say how to reply. */
export const instructionsSchema = z.object({
  /** After a question with options. */
  choice: z.string(),
  /** After any other. */
  open: z.string(),
});
export type Instructions = z.infer<typeof instructionsSchema>;

/** What a VideoMind package is to find or verify for a reasoner. */
export const verificationRequestSchema = z.object({
  /** The VideoMind package. */
  modelPath: z.string(),
  /** `said`: the times that the reply names; `grounded`: what the package's grounder finds for the question. */
  candidates: z.enum(['said', 'grounded']).default('said'),
  /** What the reasoner's answer rests on: all that it was asked about, or the best moment only. */
  answerFrom: z.enum(['whole', 'moment']).default('whole'),
});
export type VerificationRequest = z.infer<typeof verificationRequestSchema>;

/** A question and reply before this one, on the same video. */
export const turnSchema = z.object({
  question: z.string(),
  options: z.array(z.string()).optional(),
  /** The reply as it came (`response` of the record). */
  response: z.string(),
  /** Reply by reply, where tools were called (`turns` of the record). */
  turns: z.array(toolTurnSchema).optional(),
});
export type Turn = z.infer<typeof turnSchema>;

/** Published protocols of tools that are known by name. */
export const toolPresetNames = ['longvt', 'videozoomer'] as const;
export type ToolPresetName = (typeof toolPresetNames)[number];

/** Tools that a model may call while it reasons. */
export const toolsRequestSchema = z.object({
  /** The protocol as a JSON text (tools.json), as it is: what numbers look like in it counts. */
  protocol: z.string().default(''),
  /** Instead: a published protocol, read from a copy of its project. */
  preset: z.object({ name: z.string(), folder: z.string() }).optional(),
  /** The name that stands for the video; the only one that a call may ask for. Absent: the file's name. */
  shownPath: z.string().min(1).optional(),
  /** Rounds of calls whose results are read; absent: as the protocol says. */
  toolRounds: z.number().int().min(0).max(100).optional(),
  /** A VideoMind package for tools that ground descriptions and verify claims; absent: the one that verifies, if any. */
  packagePath: z.string().optional(),
});
export type ToolsRequest = z.infer<typeof toolsRequestSchema>;

/** How a model that reasons aloud is shown the video and asked; what is absent is as its package says. */
export const reasonerRequestSchema = z.object({
  /** The question is the whole prompt: neither options nor instructions are added. */
  verbatim: z.boolean().default(false),
  /** Instead of the package's or our own. */
  instructions: instructionsSchema.optional(),
  /**
   * Who chooses the frames: the reader of VideoKR's evaluation, or the checkpoint's processor, as in scripts that hand it
   * whole videos. The processor knows no range and no limits but its own.
   */
  framesChosenBy: z.enum(['reader', 'processor']).default('reader'),
  /** Frames a second. */
  fps: z.number().positive().optional(),
  minFrames: z.number().int().min(2).optional(),
  maxFrames: z.number().int().min(2).optional(),
  /** Smallest and largest area of a frame, in pixels. */
  minPixels: z.number().int().positive().optional(),
  maxPixels: z.number().int().positive().optional(),
  /** The reader sizes frames to multiples of twice this. */
  readerPatchSize: z.number().int().positive().optional(),
  /** Times as positions: cut at the end, or seconds per frame pair cut to a whole number first (transformers to 4.57). */
  secondsPerPair: z.enum(['exact', 'whole']).default('exact'),
  /** Divides positive and multiplies negative scores of tokens that were read or generated; 1 is none. */
  repetitionPenalty: z.number().min(1).max(10).default(1),
  /** What was asked and said before, oldest first. */
  conversation: z.array(turnSchema).default([]),
  verification: verificationRequestSchema.optional(),
  tools: toolsRequestSchema.optional(),
});
export type ReasonerRequest = z.infer<typeof reasonerRequestSchema>;
