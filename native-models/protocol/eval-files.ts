import { z } from 'zod';
import { evalSourceSchema } from './eval-sample.ts';

/** Writes a split of a data set in the processed forms that training reads. */
export const evalConvertRequestSchema = evalSourceSchema.extend({
  outPath: z.string(),
  form: z.enum(['grounding', 'verifying', 'planning', 'answering', 'answering-crop']).optional(),
  /** `none` keeps what published training runs leave out. */
  filter: z.literal('none').optional(),
  /** Also samples whose video is not there. */
  withoutVideos: z.boolean().optional(),
  force: z.boolean().optional(),
});
export const evalConvertResultSchema = z.object({
  key: z.string(),
  split: z.string(),
  form: z.string(),
  path: z.string(),
  written: z.number().int(),
  skipped: z
    .array(z.object({ kind: z.string(), count: z.number().int(), examples: z.array(z.unknown()).readonly() }))
    .readonly(),
});
export const evalConvertProgressSchema = z.object({ read: z.number().int(), written: z.number().int() });

/** Predictions in another form. */
export const evalExportRequestSchema = z.object({
  predictionsPath: z.string(),
  /** `qvhighlights`: the submission of its server. */
  form: z.enum(['qvhighlights']),
});
export type EvalExportRequest = z.infer<typeof evalExportRequestSchema>;
export const evalExportResultSchema = z.object({
  text: z.string(),
  written: z.number().int(),
  leftOut: z.number().int(),
});
