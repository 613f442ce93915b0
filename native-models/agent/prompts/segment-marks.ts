import { roundHalfEven } from '../../media/round-half-even.ts';

/** The tokens that mark a candidate in the verifier's prompt. */
export interface SegmentTokens {
  readonly visionStart: number;
  readonly segStart: number;
  readonly segEnd: number;
}

/**
 * Inserts the tokens between which a candidate lies into the visual tokens, at the frame pairs nearest to its ends
 * (VideoMind, verifier). `startPlace` and `endPlace` are its places in the window, 0..1. Where each pair is a block of its own,
 * they stand between its stamp and its block, so that every block stays whole.
 */
export function markSegment(
  tokenIds: readonly number[],
  segment: { readonly startPlace: number; readonly endPlace: number },
  clip: { readonly pairs: number; readonly tokensPerPair: number },
  tokens: SegmentTokens,
): number[] {
  const starts = tokenIds.flatMap((id, index) => (id === tokens.visionStart ? index : []));
  const [first = -1] = starts;
  const isOneBlock = starts.length <= 1;
  const ends = [...starts, (starts.at(-1) ?? 0) + clip.tokensPerPair + 2];
  const tokenAt = (place: number) => {
    const pair = roundHalfEven(place * clip.pairs);
    return isOneBlock ? first + 1 + pair * clip.tokensPerPair : (ends[pair] ?? first);
  };
  const start = tokenAt(segment.startPlace);
  const end = tokenAt(segment.endPlace);
  return [
    ...tokenIds.slice(0, start),
    tokens.segStart,
    ...tokenIds.slice(start, end),
    tokens.segEnd,
    ...tokenIds.slice(end),
  ];
}
