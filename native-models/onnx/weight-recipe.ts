/** Rows of a checkpoint tensor seen as (out, in …); without `rows` all of it. */
export interface WeightSource {
  readonly tensor: string;
  /** First row and the row after the last. */
  readonly rows?: readonly [number, number];
}

/**
 * How a graph's weight is made from the checkpoint: the graph says what it needs, the converter how to make it. Outlier
 * channels are named, not listed, because calibration finds them after the graph's form is settled.
 */
export type WeightRecipe =
  /**
   * The values as they are, widened to float32. A norm's vectors may be divided by `outlierDigits.step` at the outlier channels
   * of the product input that they make.
   */
  | { readonly kind: 'float32'; readonly source: WeightSource; readonly dividedFor?: string | undefined }
  /** The values rounded to float16. */
  | { readonly kind: 'float16'; readonly source: WeightSource }
  /**
   * Integers in −127..127 with one scale a column: (in + digits, out), the transpose of the source. Rows for the digits of
   * outlier input channels follow the others (`outlierDigitRows`). Scales of outlier output channels are divided by
   * `outlierDigits.step`. `pairLimited`: neighbours keep within `largestPairSum`.
   */
  | {
      readonly kind: 'int8';
      readonly source: WeightSource;
      /** Weight that receives the scales of this one: (out) float32. */
      readonly scales: string;
      readonly outlierInputs?: string;
      readonly outlierOutputs?: string;
      readonly pairLimited?: boolean;
    }
  /** The scales that the named int8 or block weight writes. */
  | { readonly kind: 'scales'; readonly of: string }
  /** MatMulNBits blocks along `in`: (out, blocks, blockSize × bits / 8) uint8, zero point in the middle. */
  | {
      readonly kind: 'blocks';
      readonly source: WeightSource;
      readonly bits: 4 | 8;
      readonly blockSize: number;
      readonly scales: string;
    }
  /** 1 for each channel, 1 / `outlierDigits.step` at the outlier ones: (channels) float32. */
  | { readonly kind: 'outlier-factors'; readonly outliers: string; readonly channels: number }
  /** Of each digit of the named outlier channels: its channel, int64; what is added to it, and its step, float32. */
  | { readonly kind: 'digit-channels' | 'digit-offsets' | 'digit-steps'; readonly outliers: string };

/** Outlier channels by the name of the product input they belong to, ascending; absent or empty: none. */
export type OutlierChannels = Readonly<Record<string, readonly number[]>>;

/**
 * Largest magnitude of the sum of two neighbouring integers of a column, rows 2i and 2i + 1, of a pair-limited weight. Processors
 * with AVX2 but without VNNI multiply them by two bytes and add in 16 bits: 255 × 128 still fits, 255 × 254 does not. Pairs
 * beyond it are few, since weights are spread around zero.
 */
export const largestPairSum = 128;

/**
 * How an outlier channel's values enter an integer product, at one scale a row shared with the ordinary channels: divided by
 * `step`, and then `step` times, since the integers of a weight cannot be multiplied by it. Each of the times is rounded
 * at another place, 1 / `step` apart, so that together they are as fine as an ordinary channel. The first time is the
 * channel's own row of the weight, which is not shifted (`step` is odd, so the others lie evenly around it). Rows for the
 * others follow, and one more for a digit of step `weightStep`, which meets what rounding left over of the weights, in
 * units of 1 / `weightStep` of their scale: with large values it would be felt.
 */
export const outlierDigits = { step: 17, weightStep: 127 } as const;

/** Rows that one outlier channel adds to an integer weight: its further times, then the weight's remainder. */
export const outlierDigitRows = outlierDigits.step;

/**
 * The digits of outlier channels in the order of their rows, which is by digit, then by channel. A digit is the value, divided
 * by `outlierDigits.step` and by the row's scale, plus `offset`, rounded to a multiple of `step`.
 */
export function digitsOf(
  channels: readonly number[],
): { readonly channel: number; readonly offset: number; readonly step: number }[] {
  const { step, weightStep } = outlierDigits;
  const half = (step - 1) / 2;
  const place = (part: number) => (part < half ? part - half : part - half + 1); // −8 to 8 without 0
  return Array.from({ length: outlierDigitRows }, (_, part) => part).flatMap((part) =>
    channels.map((channel) =>
      part === outlierDigitRows - 1
        ? { channel, offset: 0, step: weightStep / step }
        : { channel, offset: place(part) / step, step: 1 },
    ),
  );
}
