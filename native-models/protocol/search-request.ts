import { z } from 'zod';

/**
 * How a long video is looked through. `whole`: the published way, all of it through one budget of frames. `windows`: window by
 * window, each as densely as the package's grounder was made for. `auto`: by length.
 */
export const searchModeSchema = z.enum(['whole', 'windows', 'auto']);
export type SearchMode = z.infer<typeof searchModeSchema>;

/** How closely to look for the moment. */
export const searchRequestSchema = z.object({
  mode: searchModeSchema.default('whole'),
  /** Length of a window in seconds; absent: what fills the grounder's budget of frames. */
  windowSec: z.number().positive().optional(),
  /** Frames a second within windows; absent: the grounder's. */
  sampleFps: z.number().positive().optional(),
});
export type SearchRequest = z.infer<typeof searchRequestSchema>;
