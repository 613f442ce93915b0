/** Sizes and traits of a vision tower. Module names are those of the checkpoint. */
export interface VisionConfig {
  readonly layers: number;
  readonly width: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly headSize: number;
  readonly channels: number;
  readonly patchSize: number;
  readonly mergeSize: number;
  readonly temporalPatchSize: number;
  /** Width of the decoder that the merger writes to. */
  readonly output: number;
  /** LayerNorm with bias, or RMSNorm. */
  readonly norm: 'layer' | 'rms';
  /** Whether the patch convolution has a bias. */
  readonly patchBias: boolean;
  readonly mlp:
    | { readonly kind: 'quick-gelu' | 'gelu-tanh'; readonly input: string; readonly output: string }
    | { readonly kind: 'gated-silu' };
  readonly merger: { readonly norm: string; readonly input: string; readonly output: string };
  /** Blocks after which a merger of its own reads features for a decoder layer, in the order of those layers. */
  readonly deepstackBlocks: readonly number[];
  /** Side of the learned grid of position embeddings; absent: positions come from rotation alone. */
  readonly positionGridSide?: number;
  /** Absent: all blocks attend within a frame pair. */
  readonly windows?: {
    /** Merged cells a side of a window. */
    readonly cells: number;
    /** Blocks that attend within a frame pair all the same. */
    readonly fullBlocks: readonly number[];
  };
}

/** Mean and standard deviation of the pixel values that a network was trained with, per channel, on the scale 0..1. */
export interface PixelScale {
  readonly imageMean: readonly number[];
  readonly imageStd: readonly number[];
}

/** Patches of a frame pair: lines and columns. */
export interface PatchGrid {
  readonly lines: number;
  readonly columns: number;
}

/** Values of one patch as the tower reads it: channels × frames × side × side. */
export function patchLength({ channels, temporalPatchSize, patchSize }: VisionConfig): number {
  return channels * temporalPatchSize * patchSize ** 2;
}
