import { z } from 'zod';
import type { ConfigSources } from '../architecture-family.ts';
import {
  clipPixelScale,
  commonTokens,
  networkFields,
  parseFields,
  readProcessor,
  requireFittingHeads,
  sizeField,
  textFields,
} from '../config-fields.ts';
import type { QwenConfig } from '../qwen-network.ts';

const visionSchema = z.object({
  depth: sizeField.default(32),
  embed_dim: sizeField.default(1280),
  mlp_ratio: z.number().positive().default(4),
  num_heads: sizeField.default(16),
  in_chans: sizeField.default(3),
  patch_size: sizeField.default(14),
  spatial_merge_size: sizeField.default(2),
  temporal_patch_size: sizeField.default(2),
});

/** The fields of a Hugging Face config.json of Qwen2-VL that the network depends on; vision defaults are the library's. */
const configSchema = z.object({
  ...textFields,
  rms_norm_eps: z.number().positive(),
  max_position_embeddings: sizeField.default(32_768),
  vision_config: visionSchema,
});

/**
 * Reads the configuration of a Qwen2-VL network.
 * @throws EngineError CONFIG_INVALID naming the field.
 */
export function readQwen2VlConfig(sources: ConfigSources): QwenConfig {
  const config = parseFields(configSchema, networkFields(sources), 'config.json');
  const vision = config.vision_config;
  const heads = {
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads,
    headSize: config.hidden_size / config.num_attention_heads,
    ropeSections: config.rope_scaling.mrope_section as [number, number, number],
  };
  requireFittingHeads(heads, { width: vision.embed_dim, heads: vision.num_heads });
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
      width: vision.embed_dim,
      intermediate: Math.trunc(vision.embed_dim * vision.mlp_ratio),
      heads: vision.num_heads,
      headSize: vision.embed_dim / vision.num_heads,
      channels: vision.in_chans,
      patchSize: vision.patch_size,
      mergeSize: vision.spatial_merge_size,
      temporalPatchSize: vision.temporal_patch_size,
      output: config.hidden_size,
      norm: 'layer',
      patchBias: false,
      mlp: { kind: 'quick-gelu', input: 'fc1', output: 'fc2' },
      merger: { norm: 'ln_q', input: 'mlp.0', output: 'mlp.2' },
      deepstackBlocks: [],
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
  };
}
