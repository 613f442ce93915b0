import { z } from 'zod';
import { precisionSchema, roleSchema } from './roles.ts';

/** What to make a model package from. Paths are absolute. */
export const importRequestSchema = z.object({
  /** Base checkpoint in Hugging Face form. Absent: looked for, by what the VideoMind folder says. */
  basePath: z.string().optional(),
  /**
   * VideoMind folder (adapters, grounding head, tokenizer with the added tokens), or the adapter of a model that reasons aloud.
   * Absent: a bare base.
   */
  adaptersPath: z.string().optional(),
  outPath: z.string(),
  precision: precisionSchema.default('int8'),
  /** prompts.json, or a constants.py to read string constants from. */
  promptsPath: z.string().optional(),
  threads: z.number().int().positive().optional(),
  /** Replace a finished package at `outPath`. */
  force: z.boolean().default(false),
  name: z.string().optional(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

export const importProgressSchema = z.object({
  stage: z.enum(['reading', 'calibrating', 'quantizing', 'copying', 'verifying']),
  /** What is worked on, e.g. a layer's name. */
  item: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number(),
});
export type ImportProgress = z.infer<typeof importProgressSchema>;

export const importReportSchema = z.object({
  path: z.string(),
  name: z.string(),
  precision: precisionSchema,
  roles: z.array(roleSchema),
  bytes: z.number(),
  durationSec: z.number(),
  promptSource: z.enum(['prompts.json', 'constants.py', 'built-in']),
  /** Relative error of each layer's output against fp32 on the calibration prompt; empty for fp32. */
  layerErrors: z.array(
    z.object({ layer: z.string(), relativeError: z.number(), outlierChannels: z.number().int() }),
  ),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type ImportReport = z.infer<typeof importReportSchema>;
