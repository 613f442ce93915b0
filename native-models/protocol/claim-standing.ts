/** What is known of a moment that a model named: a verifier took it for what was asked, did not, or none looked. */
export type ClaimStanding = 'verified' | 'doubted' | 'said';

/** sigmoid(P(Yes) − P(No)) of a verifier that finds Yes and No equally likely. */
const undecidedScore = 0.5;

/** How a moment stands by its verifier's score, if one looked at it. */
export function claimStanding(verifierScore: number | undefined): ClaimStanding {
  if (verifierScore === undefined) return 'said';
  return verifierScore > undecidedScore ? 'verified' : 'doubted';
}
