import type { EvalReport } from '../../protocol/eval-report.ts';
import { bestOverlap } from '../metrics/spans.ts';
import type { ScoredSample } from './scored-samples.ts';

const binCount = 10;
/** A candidate hits with this overlap: what the verifier was trained on. */
const hitIou = 0.5;

/**
 * How well the verifier's score tells the chance of a hit: candidates in ten equal ranges of the score, in each the mean score
 * and the share that hits, and the expected calibration error (Naeini et al. 2015). Undefined where nothing was verified.
 */
export function verifierCalibration(samples: readonly ScoredSample[]): EvalReport['calibration'] {
  const candidates = samples.flatMap(({ prediction: { grounding }, verifierScores }) => {
    if (grounding.state !== 'read') return [];
    const { truths, before } = grounding.value;
    return verifierScores.flatMap((score, index) => {
      const guess = before?.spans[index];
      return guess === undefined ? [] : [{ score, hits: bestOverlap(guess, truths).iou >= hitIou }];
    });
  });
  if (candidates.length === 0) return undefined;
  const bins = Array.from({ length: binCount }, (_, index) => {
    const from = index / binCount;
    const inside = candidates.filter(
      ({ score }) => Math.min(binCount - 1, Math.floor(score * binCount)) === index,
    );
    return {
      from,
      to: (index + 1) / binCount,
      candidates: inside.length,
      score: mean(inside.map(({ score }) => score)),
      hits: mean(inside.map(({ hits }) => Number(hits))),
    };
  });
  const error = bins.reduce(
    (sum, bin) => sum + (bin.candidates / candidates.length) * Math.abs(bin.score - bin.hits),
    0,
  );
  return { bins, error };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
