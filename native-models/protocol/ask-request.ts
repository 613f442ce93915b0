import { z } from 'zod';
import { reasonerRequestSchema } from './reasoner-request.ts';
import { deviceSchema, roleSchema, speakerSchema } from './roles.ts';

/** Everything that one question needs. Paths are absolute. Defaults are those of the command-line contract. */
export const askRequestSchema = z.object({
  videoPath: z.string(),
  modelPath: z.string(),
  /** Passed on as given, never trimmed. */
  question: z.string(),
  options: z.array(z.string()).optional(),
  /** Asked for; those that the package lacks are left out. Absent: all that the package has. */
  roles: z.array(roleSchema).optional(),
  candidates: z.number().int().min(1).max(100).default(5),
  temperature: z.number().min(0).default(0),
  seed: z.number().int().nonnegative().optional(),
  /** Most new tokens per role; default 256, for a model that reasons aloud what its package says. */
  maxTokens: z.number().int().min(1).optional(),
  subtitlesPath: z.string().optional(),
  startSec: z.number().nonnegative().optional(),
  endSec: z.number().positive().optional(),
  device: deviceSchema.default('auto'),
  threads: z.number().int().positive().optional(),
  /** Also return the trace. */
  trace: z.boolean().default(false),
  /** Write each role's frames as the model saw them here, `<role>-<frameIndex>.png`. */
  saveFramesPath: z.string().optional(),
  /** For models that reason aloud; refused by others. */
  reasoner: reasonerRequestSchema.optional(),
  /**
   * For benchmarks on random weights, which do not stop by themselves: generate exactly this many tokens, per role;
   * a grounder forced so takes its last token for `<|reg|>`, a planner forced so plans grounding with the question.
   */
  forcedTokens: z.partialRecord(speakerSchema, z.number().int().positive()).optional(),
});
export type AskRequest = z.infer<typeof askRequestSchema>;
