import { z } from 'zod';
import { speakerSchema } from './roles.ts';
import { runForecastSchema } from './run-forecast.ts';
import {
  candidateSchema,
  momentSchema,
  planSchema,
  replyPartSchema,
  saidMomentSchema,
  saidPlaceSchema,
  toolCallSchema,
  warningSchema,
} from './run-record.ts';

const role = speakerSchema;

/**
 * What happens during a run, in the order in which it happens; times in seconds of the video. A run can be replayed from
 * these alone.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    roles: z.array(speakerSchema),
    durationSec: z.number(),
    /** How long it will take, where that was measured before. */
    time: runForecastSchema.optional(),
  }),
  z.object({ type: z.literal('warning'), warning: warningSchema }),
  /** Frames decoded and encoded for a role, and prompt tokens read: for progress bars. */
  z.object({
    type: z.literal('progress'),
    role,
    stage: z.enum(['frames', 'prefill']),
    done: z.number(),
    total: z.number(),
  }),
  /** A piece of a role's reply as it is generated; of a reasoner's without its tags, and of which part it is. */
  z.object({
    type: z.literal('token'),
    role,
    text: z.string(),
    tokenId: z.number().int(),
    part: replyPartSchema.optional(),
    /** Which of the replies of a model that calls tools, from 0. */
    turn: z.number().int().optional(),
  }),
  z.object({ type: z.literal('planning') }),
  z.object({ type: z.literal('planned'), plan: planSchema }),
  z.object({ type: z.literal('grounding'), query: z.string() }),
  z.object({
    type: z.literal('grounded'),
    candidates: z.array(candidateSchema),
    /** False when the grounder named no moment and windows over the video stand in. */
    found: z.boolean(),
  }),
  /** A window of a long video was looked at; the candidates up to now, best first. */
  z.object({
    type: z.literal('searched'),
    index: z.number().int(),
    total: z.number().int(),
    window: momentSchema,
    candidates: z.array(candidateSchema),
  }),
  z.object({ type: z.literal('verifying'), index: z.number().int(), total: z.number().int() }),
  z.object({
    type: z.literal('verified'),
    index: z.number().int(),
    total: z.number().int(),
    candidate: candidateSchema,
  }),
  z.object({ type: z.literal('ranked'), candidates: z.array(candidateSchema), moment: momentSchema }),
  z.object({ type: z.literal('answering'), span: momentSchema }),
  /** A reasoner has spoken: what it thought, and the times that it named; its answer comes with `answered`. */
  z.object({
    type: z.literal('reasoned'),
    reasoning: z.string(),
    moments: z.array(saidMomentSchema),
    places: z.array(saidPlaceSchema).exactOptional(),
  }),
  /** A reasoner calls a tool: what for and, where that is known, of which stretch. */
  z.object({
    type: z.literal('calling'),
    /** Replies, and calls in one of them, are counted from 0. */
    turn: z.number().int(),
    index: z.number().int(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({
    type: z.literal('called'),
    turn: z.number().int(),
    index: z.number().int(),
    call: toolCallSchema,
  }),
  z.object({ type: z.literal('answered'), text: z.string(), option: z.string().optional() }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
