import { overlapOf } from '../../protocol/overlap.ts';
import type { Candidate } from '../../protocol/run-record.ts';

/** From this intersection over union on, two candidates mean the same moment. */
const sameMoment = 0.5;

/**
 * Settles the bounds of the best candidate between all that mean the same moment: each counts by how much surer it is, so that
 * errors of single candidates cancel (weighted boxes fusion, Solovyev et al. 2021, in one dimension). Its scores stay its own.
 *
 * @param ranked Verified candidates, best first, times in seconds.
 * @param sharpness Of the weights exp(sharpness × (logit(score) − logit(best score))); 0 leaves the bounds as found.
 */
export function settleBounds(ranked: readonly Candidate[], sharpness = 0): Candidate[] {
  const [best, ...others] = ranked;
  if (best === undefined || sharpness === 0) return [...ranked];
  const sure = logOdds(best);
  let total = 0;
  let startSec = 0;
  let endSec = 0;
  for (const candidate of [best, ...others.filter((other) => overlapOf(best, other) >= sameMoment)]) {
    const weight = Math.exp(sharpness * (logOdds(candidate) - sure));
    total += weight;
    startSec += weight * candidate.startSec;
    endSec += weight * candidate.endSec;
  }
  return [{ ...best, startSec: startSec / total, endSec: endSec / total }, ...others];
}

function logOdds({ verifierScore = 0.5 }: Candidate): number {
  return Math.log(verifierScore / (1 - verifierScore));
}
