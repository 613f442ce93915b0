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
  /** The values as they are, widened to float32. */
  | { readonly kind: 'float32'; readonly source: WeightSource }
  /**
   * Integers in −127..127 with one scale a column: (in + digits, out), the transpose of the source. Rows of outlier input
   * channels are zero; rows for their digits follow (`outlierDigitRows`). Columns of outlier output channels are zero: exact
   * products stand in for them.
   */
  | {
      readonly kind: 'int8';
      readonly source: WeightSource;
      /** Weight that receives the scales of this one: (out) float32. */
      readonly scales: string;
      readonly outlierInputs?: string;
      readonly outlierOutputs?: string;
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
  /** The named outlier channels as int64 indices: (count). */
  | { readonly kind: 'outlier-channels'; readonly outliers: string }
  /** 1 for each channel, 0 at the outlier ones: (channels) float32. */
  | { readonly kind: 'outlier-mask'; readonly outliers: string; readonly channels: number }
  /** The weights of the outlier output channels, exact: (in, count) float32. */
  | { readonly kind: 'outlier-outputs'; readonly source: WeightSource; readonly outliers: string };

/** Outlier channels by the name of the product input they belong to, ascending; absent or empty: none. */
export type OutlierChannels = Readonly<Record<string, readonly number[]>>;

/**
 * How an outlier channel's values enter an integer product, at one scale a row shared with the ordinary channels: as the
 * digits of value / scale = coarse × `coarseStep` + fine. The integers of a weight cannot be multiplied by the step, so the
 * coarse digit and its weights stand there `coarseStep` times. A third digit, value / scale / `weightStep`, meets what
 * rounding left over of the weights, in units of 1 / `weightStep` of their scale: with large values it would be felt.
 */
export const outlierDigits = { coarseStep: 16, weightStep: 127 } as const;

/** Rows that one outlier channel adds to an integer weight: coarse copies, fine, weight remainder; in this order. */
export const outlierDigitRows = outlierDigits.coarseStep + 2;
