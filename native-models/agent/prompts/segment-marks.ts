import { roundHalfEven } from '../../media/round-half-even.ts';

/** The tokens that mark a candidate in the verifier's prompt. */
export interface SegmentTokens {
  readonly visionStart: number;
  readonly segStart: number;
  readonly segEnd: number;
}

/**
 * Inserts the tokens between which a candidate lies into the visual tokens, at the frame pairs nearest to its ends
 * (VideoMind, verifier). `startPlace` and `endPlace` are its places in the window, 0..1.
 */
export function markSegment(
  tokenIds: readonly number[],
  segment: { readonly startPlace: number; readonly endPlace: number },
  clip: { readonly pairs: number; readonly tokensPerPair: number },
  tokens: SegmentTokens,
): number[] {
  const firstVisual = tokenIds.indexOf(tokens.visionStart) + 1;
  const tokenAt = (place: number) => firstVisual + roundHalfEven(place * clip.pairs) * clip.tokensPerPair;
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
