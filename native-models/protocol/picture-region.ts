import { z } from 'zod';

/** A share of a side of the picture, from its left or top. */
const share = z.number().min(0).max(1);

/**
 * A part of the picture, in shares of its sides as it is shown upright: right for any size that it is fed, shown or exported in.
 */
export const pictureRegionSchema = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('box'), left: share, top: share, right: share, bottom: share })
    .refine(({ left, top, right, bottom }) => left < right && top < bottom, 'a box has an area'),
  z.object({ kind: z.literal('point'), x: share, y: share }),
]);
export type PictureRegion = z.infer<typeof pictureRegionSchema>;
export type PictureBox = Extract<PictureRegion, { kind: 'box' }>;

/** Whether two are the same place. */
export function isSameRegion(one: PictureRegion | undefined, other: PictureRegion | undefined): boolean {
  return numbersOf(one).join() === numbersOf(other).join();
}

/** A box's left, top, right and bottom; a point's place from left and top. */
export function numbersOf(region: PictureRegion | undefined): readonly number[] {
  if (region === undefined) return [];
  return region.kind === 'point'
    ? [region.x, region.y]
    : [region.left, region.top, region.right, region.bottom];
}
