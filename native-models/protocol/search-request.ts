import { z } from 'zod';
import { candidateSchema, momentSchema } from './moments.ts';

/**
 * How a long video is looked through. `whole`: the published way, all of it through one budget of frames. `windows`: window by
 * window, each as densely as the package's grounder was made for. `auto`: by length.
 */
export const searchModeSchema = z.enum(['whole', 'windows', 'auto']);
export type SearchMode = z.infer<typeof searchModeSchema>;

/**
 * What may be spared. `exact`: nothing, number for number as published. `fast`: frames that are nearly equal are taken as equal,
 * roles that look at the same stretch share frames, and frames are as few and as small as a role does with (docs/long-films.md).
 */
export const speedSchema = z.enum(['exact', 'fast']);
export type Speed = z.infer<typeof speedSchema>;

/** How closely to look for the moment. */
export const searchRequestSchema = z.object({
  mode: searchModeSchema.default('whole'),
  /** Length of a window in seconds; absent: what fills the grounder's budget of frames. */
  windowSec: z.number().positive().optional(),
  /** Frames a second within windows; absent: the grounder's. */
  sampleFps: z.number().positive().optional(),
  /** What an earlier search looked at before it was ended, and found: this one looks at the rest. */
  goOn: z.object({ searched: z.array(momentSchema), candidates: z.array(candidateSchema) }).optional(),
});
export type SearchRequest = z.infer<typeof searchRequestSchema>;
