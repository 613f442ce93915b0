import { z } from 'zod';
import { momentSchema } from './moments.ts';

/** A question that another goes on from: what the next one has to know of it. */
export const followedSchema = z.object({
  /** The window's name of its run. */
  runId: z.string().optional(),
  /** When it was asked (ISO 8601, UTC), where its record says so. */
  askedAt: z.string().optional(),
  question: z.string(),
  answer: z.string().optional(),
  /** The moment that its answer rests on. */
  moment: momentSchema.optional(),
});
export type Followed = z.infer<typeof followedSchema>;
