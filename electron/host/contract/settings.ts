import { z } from 'zod';
import { deviceSchema } from '../../../native-models/protocol/roles.ts';
import { idSchema } from './library.ts';

/** What a person chose; every field has a default, so that older settings stay readable. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']).default('system'),
  device: deviceSchema.default('auto'),
  threads: z.number().int().positive().nullable().default(null),
  modelId: idSchema.nullable().default(null),
  projectId: idSchema.nullable().default(null),
  candidates: z.number().int().min(1).max(100).default(5),
  temperature: z.number().min(0).max(5).default(0),
  seed: z.number().int().nonnegative().nullable().default(null),
  maxTokens: z.number().int().positive().nullable().default(null),
  /** Frames and seconds, or seconds only. */
  timecode: z.enum(['seconds', 'frames']).default('seconds'),
  playbackSpeed: z.number().min(0.1).max(16).default(1),
  firstStartDone: z.boolean().default(false),
  /** Sizes of panes and the like: written and read by the renderer alone. */
  layout: z.record(z.string(), z.number()).default({}),
});
export type Settings = z.infer<typeof settingsSchema>;
