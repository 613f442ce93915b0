import { z } from 'zod';
import { followedSchema } from './followed.ts';
import { candidateSchema, momentSchema } from './moments.ts';
import { pictureRegionSchema } from './picture-region.ts';
import { reasonerRequestSchema } from './reasoner-request.ts';
import { searchModeSchema, searchRequestSchema, speedSchema } from './search-request.ts';
import { precisionSchema, runtimeNameSchema, speakerSchema } from './roles.ts';
import { toolTurnSchema } from './tool-turn.ts';

export { candidateSchema, momentSchema, type Candidate, type Moment } from './moments.ts';
export {
  toolCallSchema,
  toolTurnSchema,
  type ToolCall,
  type ToolRefusal,
  type ToolTurn,
} from './tool-turn.ts';

const seconds = z.number().nonnegative();

/** Something that a person should know about a run that went on all the same. */
export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type RunWarning = z.infer<typeof warningSchema>;

/** Code of the warning that the verifier says No of every candidate: what was asked for may not be in the video. */
export const candidatesDoubted = 'CANDIDATES_DOUBTED';

export const replyPartSchema = z.enum(['reasoning', 'answer', 'call']);
/** The parts of a reply that reasons aloud, and of one that calls tools. */
export type ReplyPart = z.infer<typeof replyPartSchema>;

/** A time that a reasoner's reply names: its own words, which nothing has verified unless there is a score. */
export const saidMomentSchema = momentSchema.extend({
  /** The words that name it, as they stand in the reasoning or the answer; an instant starts and ends at once. */
  text: z.string(),
  saidIn: z.enum(['reasoning', 'answer']),
  /** sigmoid(P(Yes) − P(No)) of a VideoMind verifier that looked at it. */
  verifierScore: z.number().optional(),
});
export type SaidMoment = z.infer<typeof saidMomentSchema>;

/** A box or a point that a reasoner's reply names. */
export const saidPlaceSchema = z.object({
  region: pictureRegionSchema,
  /** What is there, as it says; empty where it does not. */
  name: z.string(),
  /** When, in seconds of presentation; absent where it does not say and was shown more than one frame. */
  atSec: seconds.optional(),
  /** The words that name it, as they stand in the reasoning or the answer. */
  text: z.string(),
  saidIn: z.enum(['reasoning', 'answer']),
});
export type SaidPlace = z.infer<typeof saidPlaceSchema>;

const answerSchema = z.object({
  text: z.string(),
  /** The letter read from it, for multiple choice. */
  option: z.string().optional(),
});

/** What a reasoner said. */
export const reasonedReplySchema = z.object({
  /** As it came, tags included: what a conversation goes on from. */
  response: z.string(),
  /** What it thought before its answer; empty when it did not. */
  reasoning: z.string(),
  /** Absent where a model that calls tools came to none. */
  answer: answerSchema.optional(),
  moments: z.array(saidMomentSchema),
  /** Absent where it names none. */
  places: z.array(saidPlaceSchema).exactOptional(),
});
export type ReasonedReply = z.infer<typeof reasonedReplySchema>;

const modelSchema = z.object({ name: z.string(), path: z.string(), checksum: z.string() });

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

/** How a video was looked through. */
export const searchRecordSchema = z.object({
  mode: searchModeSchema.exclude(['auto']),
  /** In the order in which they were looked at. */
  windows: z.array(momentSchema.extend({ video: z.string().optional() })),
  /** Different frames that the grounder was shown. */
  framesSeen: z.number().int(),
  /** Stretches that nobody looked at. */
  leftOut: z.array(momentSchema.extend({ video: z.string().optional() })),
});
export type SearchRecord = z.infer<typeof searchRecordSchema>;

/** How it was asked, as far as it decides what comes out: with question, options and roles all that repeating it takes. */
const runSettingsSchema = z.object({
  candidates: z.number().int(),
  temperature: z.number(),
  /** Moments that were only judged. */
  claims: z.array(momentSchema).optional(),
  /** Of sampling: as given, or as drawn where none was. Absent where nothing is sampled. */
  seed: z.number().int().optional(),
  maxTokens: z.number().int().optional(),
  videoStream: z.number().int().optional(),
  subtitlesPath: z.string().optional(),
  subtitlesEncoding: z.string().optional(),
  startSec: seconds.optional(),
  endSec: seconds.optional(),
  threads: z.number().int().optional(),
  search: searchRequestSchema.optional(),
  speed: speedSchema.optional(),
  reasoner: reasonerRequestSchema.optional(),
});

const videoFactsSchema = z.object({
  path: z.string(),
  durationSec: seconds,
  fps: z.number().positive(),
  totalFrames: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
});

/** What was asked of which video and model, what came out, and in what time (command-line contract, `ask --json`). */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  question: z.string(),
  options: z.array(z.string()).optional(),
  roles: z.array(speakerSchema),
  /** Absent in records of versions before it was kept. */
  settings: runSettingsSchema.optional(),
  /** The program's version and when it was asked (ISO 8601, UTC), where the shell says so. */
  provenance: z.object({ programVersion: z.string(), askedAt: z.string() }).optional(),
  precision: precisionSchema,
  /** What it ran on: the kind, the machine's name for it, why that one, and the binding. The latter three are missing from old records. */
  device: z.string(),
  deviceName: z.string().optional(),
  deviceReason: z.string().optional(),
  runtime: runtimeNameSchema.optional(),
  model: modelSchema,
  /** The VideoMind package that found or verified moments for a reasoner. */
  verifierModel: modelSchema.optional(),
  /** Of several: the one that the best moment is of. */
  video: videoFactsSchema,
  /** All that were looked at, where several were asked, in that order. */
  videos: z.array(videoFactsSchema).optional(),
  /** The question that this one goes on from, and the stretch that it was therefore asked about. */
  follows: followedSchema.optional(),
  plan: planSchema.optional(),
  /** Where the request said how to search. */
  search: searchRecordSchema.optional(),
  /**
   * Best first: by verifier score if it ran, else by confidence. Empty without grounding. Of packages with a `boundsSharpness` the
   * best one's bounds are settled between all that mean the same moment; the trace has them as found.
   */
  candidates: z.array(candidateSchema),
  /** The best candidate, before it is widened for the answerer. */
  moment: momentSchema.extend({ video: z.string().optional() }).optional(),
  answer: answerSchema.optional(),
  /** A reasoner's reply as it came, the thinking in it, and the times that it names. */
  response: z.string().optional(),
  reasoning: z.string().optional(),
  moments: z.array(saidMomentSchema).optional(),
  /** Boxes and points that it names, in the order of its text. */
  places: z.array(saidPlaceSchema).exactOptional(),
  /** Reply by reply, of a model that calls tools, and why no other followed. */
  turns: z.array(toolTurnSchema).optional(),
  stop: z.enum(['answered', 'malformed', 'rounds', 'length', 'context']).optional(),
  /** What the reasoner said of all that it was shown, where it was asked again on the verified moment only. */
  firstReply: reasonedReplySchema.optional(),
  /** Seconds per role that ran, plus `totalSec`. */
  timings: z.record(z.string(), z.number()),
  /** Per role that ran. */
  tokens: z.partialRecord(speakerSchema, tokenCountsSchema),
  warnings: z.array(warningSchema),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
