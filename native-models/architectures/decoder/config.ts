/** Sizes and traits of a decoder. */
export interface DecoderConfig {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  readonly ropeTheta: number;
  /** Frequencies that turn with the time, height and width position; they add up to headSize / 2. */
  readonly ropeSections: readonly [number, number, number];
  /** Whether the sections stand one after another, or height and width take every third frequency each. */
  readonly ropeLayout: 'contiguous' | 'interleaved';
  /** Whether queries, keys and values have a bias. */
  readonly attentionBias: boolean;
  /** Whether queries and keys are normalized over each head before they are rotated. */
  readonly queryKeyNorm: boolean;
  /** Layers, from the first, after which features of the vision tower are added to the visual rows. */
  readonly deepstackLevels: number;
}
