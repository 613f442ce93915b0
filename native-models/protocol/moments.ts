import { z } from 'zod';

const seconds = z.number().nonnegative();

/** A candidate moment, in seconds of presentation time. */
export const candidateSchema = z.object({
  startSec: seconds,
  endSec: seconds,
  /** The grounding head's score, 0..1; 0 for a window that no head proposed. */
  confidence: z.number(),
  /**
   * sigmoid(P(Yes) − P(No)) of the verifier, when it ran on this candidate; of packages with a `confidenceWeight`,
   * sigmoid(P(Yes) − P(No) + confidenceWeight × confidence).
   */
  verifierScore: z.number().optional(),
  /** Which video it is of, where several were asked. */
  video: z.string().optional(),
});
export type Candidate = z.infer<typeof candidateSchema>;

export const momentSchema = z.object({ startSec: seconds, endSec: seconds });
/** A stretch of a video, in seconds of presentation time. */
export type Moment = z.infer<typeof momentSchema>;
