import { z } from 'zod';
import { followedSchema } from './followed.ts';
import { momentSchema } from './moments.ts';
import { reasonerRequestSchema } from './reasoner-request.ts';
import { searchRequestSchema, speedSchema } from './search-request.ts';
import { deviceSchema, roleSchema, runtimeNameSchema, speakerSchema } from './roles.ts';

/** What benchmarks ask for otherwise than people do (reference benchmarks, "How a run goes"). */
export const benchmarkRulesSchema = z.object({
  /** What the grounder looks for where no planner speaks; absent: the question. */
  query: z.string().optional(),
  /** How options are put to the answerer: listed with the reply begun, listed, or not at all. */
  style: z.enum(['mcq', 'options', 'direct']).default('mcq'),
  /**
   * The moment shown to the answerer is widened to this, or to a share of the video where one is given. Neither: as the
   * package says.
   */
  minMomentSec: z.number().nonnegative().optional(),
  minMomentShare: z.number().min(0).max(1).optional(),
  /** What the answerer sees; absent: the package's budget. */
  answererBudget: z
    .object({
      fps: z.number().positive(),
      maxFrames: z.number().int().min(2),
      minTokens: z.number().int().positive(),
      maxTokens: z.number().int().positive(),
    })
    .optional(),
  /** How moments are written before they are verified; absent: as for people, in the times that a player shows. */
  times: z
    .object({
      /** Rounded to this, half to even. */
      roundingUnitSec: z.number().positive(),
      /** The annotated length, which normalized times are multiplied with; absent: the video's. */
      durationSec: z.number().positive().optional(),
    })
    .optional(),
});
export type BenchmarkRules = z.infer<typeof benchmarkRulesSchema>;

/** Everything that one question needs. Paths are absolute. Defaults are those of the command-line contract. */
export const askRequestSchema = z.object({
  videoPath: z.string(),
  /** Which of several video streams is asked about, by ffmpeg's number; absent: the one that looks most like the film. */
  videoStream: z.number().int().nonnegative().optional(),
  modelPath: z.string(),
  /** Passed on as given, never trimmed. */
  question: z.string(),
  options: z.array(z.string()).optional(),
  /** Asked for; those that the package lacks are left out. Absent: all that the package has. */
  roles: z.array(roleSchema).optional(),
  candidates: z.number().int().min(1).max(100).default(5),
  /** Moments of a VideoMind package's video that are only judged: planner and grounder do not run. */
  claims: z.array(momentSchema).min(1).max(100).optional(),
  temperature: z.number().min(0).default(0),
  seed: z.number().int().nonnegative().optional(),
  /** Most new tokens per role; default 256, for a model that reasons aloud what its package says. */
  maxTokens: z.number().int().min(1).optional(),
  /** SRT, WebVTT, SubStation Alpha, SBV or MicroDVD, on a player's clock. */
  subtitlesPath: z.string().optional(),
  /** Goes before what the file looks like; a name of the WHATWG. */
  subtitlesEncoding: z.string().optional(),
  startSec: z.number().nonnegative().optional(),
  endSec: z.number().positive().optional(),
  /** A moment that was found before: without a grounder, the answerer is shown it as if it had been found now. */
  moment: momentSchema.optional(),
  /** Moments of other videos will be ranked beside these: then a single one is verified, too. */
  isOneOfMany: z.boolean().optional(),
  /** How a long video is looked through; absent: whole. */
  search: searchRequestSchema.optional(),
  /** A name under which `settle` finds the run. */
  runId: z.string().optional(),
  /** Absent: exact. */
  speed: speedSchema.optional(),
  device: deviceSchema.default('auto'),
  /** The binding to compute through; absent: whichever the device needs. */
  runtime: runtimeNameSchema.optional(),
  threads: z.number().int().positive().optional(),
  /** Who asks, for the record: the program's version, and when (ISO 8601, UTC). */
  provenance: z.object({ programVersion: z.string(), askedAt: z.string() }).optional(),
  /** Also return the trace. */
  trace: z.boolean().default(false),
  /** Write each role's frames as the model saw them here, `<role>-<frameIndex>.png`. */
  saveFramesPath: z.string().optional(),
  /** The question that this one goes on from. */
  follows: followedSchema.optional(),
  /** For models that reason aloud; refused by others. */
  reasoner: reasonerRequestSchema.optional(),
  /**
   * For benchmarks on random weights, which do not stop by themselves: generate exactly this many tokens, per role;
   * a grounder forced so takes its last token for `<|reg|>`, a planner forced so plans grounding with the question.
   */
  forcedTokens: z.partialRecord(speakerSchema, z.number().int().positive()).optional(),
  benchmark: benchmarkRulesSchema.optional(),
});
export type AskRequest = z.infer<typeof askRequestSchema>;
