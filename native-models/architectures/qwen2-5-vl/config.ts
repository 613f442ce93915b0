import { z } from 'zod';
import type { ConfigSources } from '../architecture-family.ts';
import {
  clipPixelScale,
  commonTokens,
  networkFields,
  parseFields,
  readProcessor,
  requireConfig,
  requireFittingHeads,
  sizeField,
  textFields,
} from '../config-fields.ts';
import type { QwenConfig } from '../qwen-network.ts';

/**
 * Defaults are the library's, which a checkpoint leaves out; not those of the published models, which write theirs down
 * where they differ (tokens_per_second 2, rms_norm_eps 1e-6).
 */
const visionSchema = z.object({
  depth: sizeField.default(32),
  hidden_size: sizeField,
  hidden_act: z.literal('silu').default('silu'),
  intermediate_size: sizeField.default(3420),
  num_heads: sizeField.default(16),
  in_channels: sizeField.optional(),
  in_chans: sizeField.default(3),
  patch_size: sizeField.default(14),
  spatial_merge_size: sizeField.default(2),
  temporal_patch_size: sizeField.default(2),
  tokens_per_second: z.number().positive().default(4),
  window_size: sizeField.default(112),
  fullatt_block_indexes: z.array(z.number().int().nonnegative()).default([7, 15, 23, 31]),
});

const configSchema = z.object({
  ...textFields,
  rms_norm_eps: z.number().positive().default(1e-5),
  max_position_embeddings: sizeField.default(32_768),
  use_sliding_window: z.literal(false).default(false),
  vision_config: visionSchema,
});

/** A Qwen2.5-VL network: its sizes, and how positions advance with time. */
export interface Qwen25VlConfig extends QwenConfig {
  /** Positions that one second of video takes. */
  readonly tokensPerSecond: number;
}

/**
 * Reads the configuration of a Qwen2.5-VL network.
 * @throws EngineError CONFIG_INVALID naming the field.
 */
export function readQwen25VlConfig(sources: ConfigSources): Qwen25VlConfig {
  const config = parseFields(configSchema, networkFields(sources), 'config.json');
  const vision = config.vision_config;
  const heads = {
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads,
    headSize: config.hidden_size / config.num_attention_heads,
    ropeSections: config.rope_scaling.mrope_section as [number, number, number],
  };
  requireFittingHeads(heads, { width: vision.hidden_size, heads: vision.num_heads });
  const windowCells = Math.floor(vision.window_size / vision.patch_size / vision.spatial_merge_size);
  requireConfig(windowCells > 0, 'window_size is smaller than a merged cell');
  return {
    decoder: {
      ...heads,
      layers: config.num_hidden_layers,
      hidden: config.hidden_size,
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      epsilon: config.rms_norm_eps,
      ropeTheta: config.rope_theta,
      ropeLayout: 'contiguous',
      attentionBias: true,
      queryKeyNorm: false,
      deepstackLevels: 0,
    },
    vision: {
      layers: vision.depth,
      width: vision.hidden_size,
      intermediate: vision.intermediate_size,
      heads: vision.num_heads,
      headSize: vision.hidden_size / vision.num_heads,
      channels: vision.in_channels ?? vision.in_chans,
      patchSize: vision.patch_size,
      mergeSize: vision.spatial_merge_size,
      temporalPatchSize: vision.temporal_patch_size,
      output: config.hidden_size,
      norm: 'rms',
      patchBias: false,
      mlp: { kind: 'gated-silu' },
      merger: { norm: 'ln_q', input: 'mlp.0', output: 'mlp.2' },
      deepstackBlocks: [],
      windows: { cells: windowCells, fullBlocks: vision.fullatt_block_indexes },
    },
    tied: config.tie_word_embeddings,
    processor: readProcessor(sources.preprocessor, {
      ...clipPixelScale,
      minPixels: 3136,
      maxPixels: 12_845_056,
    }),
    imageProcessor: readProcessor(sources.imagePreprocessor, {
      ...clipPixelScale,
      minPixels: 3136,
      maxPixels: 12_845_056,
    }),
    maxPositions: config.max_position_embeddings,
    tokens: commonTokens(config, sources),
    tokensPerSecond: vision.tokens_per_second,
  };
}
