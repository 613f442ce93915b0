import { z } from 'zod';

/** What came of reading a video ahead. */
export const preparationSchema = z.object({
  videoPath: z.string(),
  durationSec: z.number(),
  /** Frame pairs that questions will look at whatever they ask. */
  pairs: z.number().int(),
  /** Of these, how many were not there yet. */
  encodedPairs: z.number().int(),
});
export type Preparation = z.infer<typeof preparationSchema>;

export const preparationProgressSchema = z.object({ donePairs: z.number(), totalPairs: z.number() });
export type PreparationProgress = z.infer<typeof preparationProgressSchema>;
