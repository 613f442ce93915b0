import { z } from 'zod';
import { predictionSchema } from './eval-run.ts';
import { evalSampleSchema, evalSettingsSchema, promptStyleSchema } from './eval-sample.ts';
import { reasonerRequestSchema } from './reasoner-request.ts';

/** Writes a sample as a chat for another model: its frames and the text that follows them. */
export const evalPromptRequestSchema = z.object({
  sample: evalSampleSchema,
  settings: evalSettingsSchema,
  style: promptStyleSchema.optional(),
  subtitles: z.boolean().default(false),
  subtitlesEncoding: z.string().optional(),
  /** Frames, pixels and instructions, where not as usual. */
  reasoner: reasonerRequestSchema.optional(),
});
export type EvalPromptRequest = z.infer<typeof evalPromptRequestSchema>;
export const evalPromptResultSchema = z.object({
  /** In the order in which they are shown: PNG as data URLs, with the second that each is of. */
  frames: z.array(z.object({ timeSec: z.number(), url: z.string() })),
  text: z.string(),
  durationSec: z.number(),
});
export type EvalPrompt = z.infer<typeof evalPromptResultSchema>;

/** What a sample is written as that another model has replied to. */
export const evalReplyRequestSchema = z.object({
  sample: evalSampleSchema,
  dataDir: z.string(),
  durationSec: z.number(),
  reply: z.string(),
});
export type EvalReplyRequest = z.infer<typeof evalReplyRequestSchema>;
export const evalReplyResultSchema = z.object({ prediction: predictionSchema });
