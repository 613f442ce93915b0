import type { Span } from '../benchmark.ts';

/** A moment of a video with its description. */
export interface DescribedMoment {
  readonly span: Span;
  readonly text: string;
}

/** Neighbours farther apart than this say nothing of each other, in seconds. */
const farthestSec = 3;

/**
 * Queries that name a moment by its neighbour: a moment whose next one begins less than 3 s after its end is "the moment
 * before" that one, which in turn is "the moment after" it (fixtures/README.md, the `_bias` data sets).
 *
 * @param moments in the annotation's order, with clean texts
 */
export function neighbouringMoments(moments: readonly DescribedMoment[]): DescribedMoment[] {
  return moments.slice(1).flatMap((next, index) => {
    const previous = moments[index];
    if (previous === undefined || next.span[0] - previous.span[1] >= farthestSec) return [];
    return [
      { span: previous.span, text: `The moment before ${next.text}` },
      { span: next.span, text: `The moment after ${previous.text}` },
    ];
  });
}
