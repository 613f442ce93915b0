import type { EvalReport } from '../../protocol/eval-report.ts';
import { bestOverlap } from '../metrics/spans.ts';
import type { ScoredSample } from './scored-samples.ts';

const tops = [1, 3, 5];
const steps = 20;

/** Recall against overlap: the share of grounded samples whose best of the first k guesses reaches each IoU. */
export function recallCurves(samples: readonly ScoredSample[]): EvalReport['curves'] {
  const grounded = samples.filter(({ score }) => score.grounding !== undefined);
  if (grounded.length === 0) return [];
  const overlaps = grounded.map(({ prediction: { grounding } }) =>
    grounding.state === 'read'
      ? grounding.value.guesses.spans
          .slice(0, Math.max(...tops))
          .map((guess) => bestOverlap(guess, grounding.value.truths).iou)
      : [],
  );
  return tops.map((top) => {
    const best = overlaps.map((all) => Math.max(0, ...all.slice(0, top)));
    return {
      name: `R${top}`,
      points: Array.from({ length: steps }, (_, step) => {
        const overlap = (step + 1) / steps;
        const reached = best.filter((value) => value >= Math.fround(overlap)).length;
        return { overlap, recall: (reached / best.length) * 100 };
      }),
    };
  });
}
