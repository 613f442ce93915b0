import { z } from 'zod';
import { candidateSchema } from './moments.ts';

/** Why a call was refused, or what went wrong with it. */
export const toolRefusalSchema = z.enum([
  'unknown-tool',
  'arguments',
  'missing',
  'path',
  'number',
  'start',
  'range',
  'text',
  'region',
  'too-large',
  'too-dense',
  'too-many',
  'unavailable',
  'failed',
]);
export type ToolRefusal = z.infer<typeof toolRefusalSchema>;

/** A call of a tool and what came of it. */
export const toolCallSchema = z.object({
  name: z.string(),
  /** JSON, as it is written into the history. */
  arguments: z.string(),
  /** What the tool does; absent for a tool that there is not. */
  kind: z.enum(['crop', 'frame', 'ground', 'verify', 'subtitles']).optional(),
  /** Whether it gave what was asked for. */
  ok: z.boolean(),
  refusal: toolRefusalSchema.optional(),
  /** What the model was told, beside frames. */
  text: z.string(),
  /** The stretch that was looked at, in seconds; an instant starts and ends at once. */
  spanSec: z.tuple([z.number(), z.number()]).optional(),
  /** The frames that the model was shown. */
  frameIndices: z.array(z.number().int()).optional(),
  frameSec: z.array(z.number()).optional(),
  /** [left, top, right, bottom] in shares of the frame, of a part of one. */
  region: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  /** What a VideoMind package found or judged. */
  candidates: z.array(candidateSchema).optional(),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** One reply of a model that calls tools. */
export const toolTurnSchema = z.object({
  /** As it came. */
  response: z.string(),
  /** What stands before the first call; the whole reply where there is none. */
  content: z.string(),
  calls: z.array(toolCallSchema),
  /** Of this reply's prompt `reused` were kept: only the others were read. */
  tokens: z.object({ prompt: z.number().int(), generated: z.number().int(), reused: z.number().int() }),
});
export type ToolTurn = z.infer<typeof toolTurnSchema>;
