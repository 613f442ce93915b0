import type { Candidate } from './run-record.ts';

/** Below it a score is rather a No than a Yes. */
const undecidedScore = 0.5;

/**
 * Whether the verifier looked at all candidates and takes none of them for what was asked: perhaps it is not in the video. The
 * chain chooses the best one all the same, as published, so whoever shows it has to say so. False where the verifier did not run.
 */
export function everyCandidateDoubted(candidates: readonly Candidate[]): boolean {
  const isDoubted = ({ verifierScore }: Candidate) =>
    verifierScore !== undefined && verifierScore < undecidedScore;
  return candidates.length > 0 && candidates.every(isDoubted);
}
