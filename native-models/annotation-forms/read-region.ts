import { isSameRegion, pictureRegionSchema } from '../protocol/picture-region.ts';
import type { PictureRegion } from '../protocol/picture-region.ts';
import type { Findings } from './findings.ts';

/**
 * Left, top, right and bottom of a box (of a point its two) as a file has them, in shares of `unit`'s sides; undefined where they are
 * none. What lies beyond the picture's edge is cut there, as the programs that write such files let boxes hang over.
 */
export function regionInShares(
  numbers: readonly unknown[],
  unit: { readonly width: number; readonly height: number },
): PictureRegion | undefined {
  const shares = numbers.map((number, index) =>
    typeof number === 'number' && Number.isFinite(number)
      ? number / (index % 2 === 0 ? unit.width : unit.height)
      : NaN,
  );
  // What a division leaves behind is no precision.
  const [left, top, right, bottom] = shares.map(
    (share) => Math.round(Math.min(1, Math.max(0, share)) * 1e9) / 1e9,
  );
  const written =
    shares.length === 2 ? { kind: 'point', x: left, y: top } : { kind: 'box', left, top, right, bottom };
  return pictureRegionSchema.safeParse(written).data;
}

/** The one place of something that is followed through frames; none where it moves, which is told: a moment has one place. */
export function placeThatStays(
  regions: readonly (PictureRegion | undefined)[],
  findings: Findings,
  place: string,
): PictureRegion | undefined {
  const [first, ...others] = regions;
  if (first === undefined || others.every((other) => isSameRegion(first, other))) return first;
  findings.assume('what moves through the picture was taken with its times alone', place);
  return undefined;
}
