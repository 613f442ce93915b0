import type { FrameSize } from '../../../media/video.ts';
import type { PictureRegion } from '../../../protocol/picture-region.ts';
import type { FrameRegion } from '../../shown/clip.ts';

/** What a model counts places by: pixels of the picture as it was fed, thousandths of its sides, or shares of them, 0 to 1. */
export type CoordinateRule = 'pixels' | 'thousandths' | 'shares' | 'shares-or-pixels';

/** A picture that a model was shown: its size as fed, and the part of the frame that it is. */
export interface FedPicture {
  readonly size: FrameSize;
  readonly region?: FrameRegion | undefined;
}

/** So far beyond the picture's edge a number is still taken for the edge, in shares. */
const overshoot = 0.02;

/**
 * Numbers as a model wrote them as a part of the whole frame; undefined where they are none: outside of the picture, or a box without
 * an area.
 */
export function regionOf(
  numbers: readonly number[],
  rule: CoordinateRule,
  { size, region }: FedPicture,
): PictureRegion | undefined {
  if (numbers.some((number) => !Number.isFinite(number))) return undefined;
  const unit = unitOf(numbers, rule, size);
  const shares = numbers.map((number, index) => number / (index % 2 === 0 ? unit.width : unit.height));
  if (shares.some((share) => share < -overshoot || share > 1 + overshoot)) return undefined;
  const part = region ?? { left: 0, top: 0, right: 1, bottom: 1 };
  const inFrame = shares.map((share, index) => {
    const [from, to] = index % 2 === 0 ? [part.left, part.right] : [part.top, part.bottom];
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  });
  const [left = 0, top = 0, right, bottom] = inFrame;
  if (right === undefined || bottom === undefined) return { kind: 'point', x: left, y: top };
  return left < right && top < bottom ? { kind: 'box', left, top, right, bottom } : undefined;
}

function unitOf(numbers: readonly number[], rule: CoordinateRule, size: FrameSize): FrameSize {
  switch (rule) {
    case 'pixels':
      return size;
    case 'thousandths':
      return { width: 1000, height: 1000 };
    case 'shares':
      return { width: 1, height: 1 };
    case 'shares-or-pixels':
      return numbers.every((number) => number <= 1) ? { width: 1, height: 1 } : size;
  }
}
