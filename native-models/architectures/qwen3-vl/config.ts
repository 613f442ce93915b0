import { z } from 'zod';
import type { ConfigSources } from '../architecture-family.ts';
import {
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

/** Defaults are the library's, those of the 8B model, which a checkpoint leaves out. */
const visionSchema = z.object({
  depth: sizeField.default(27),
  hidden_size: sizeField.default(1152),
  hidden_act: z.literal('gelu_pytorch_tanh').default('gelu_pytorch_tanh'),
  intermediate_size: sizeField.default(4304),
  num_heads: sizeField.default(16),
  in_channels: sizeField.default(3),
  patch_size: sizeField.default(16),
  spatial_merge_size: sizeField.default(2),
  temporal_patch_size: sizeField.default(2),
  num_position_embeddings: sizeField.default(2304),
  deepstack_visual_indexes: z.array(z.number().int().nonnegative()).default([8, 16, 24]),
});

const configSchema = z.object({
  ...textFields,
  head_dim: sizeField.default(128),
  attention_bias: z.literal(false).default(false),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(5_000_000),
  rope_scaling: z.object({
    mrope_section: z.array(sizeField).length(3).default([24, 20, 20]),
    mrope_interleaved: z.literal(true).default(true),
  }),
  max_position_embeddings: sizeField.default(128_000),
  vision_config: visionSchema,
});

const halves = { imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5] };

/**
 * Reads the configuration of a Qwen3-VL network.
 * @throws EngineError CONFIG_INVALID naming the field.
 */
export function readQwen3VlConfig(sources: ConfigSources): QwenConfig {
  const config = parseFields(configSchema, networkFields(sources), 'config.json');
  const vision = config.vision_config;
  const heads = {
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads,
    headSize: config.head_dim,
    ropeSections: config.rope_scaling.mrope_section as [number, number, number],
  };
  requireFittingHeads(heads, { width: vision.hidden_size, heads: vision.num_heads });
  const positionGridSide = Math.sqrt(vision.num_position_embeddings);
  requireConfig(Number.isInteger(positionGridSide), 'num_position_embeddings is not a square');
  const levels = vision.deepstack_visual_indexes;
  requireConfig(
    levels.every((block, level) => block < vision.depth && block > (levels[level - 1] ?? -1)),
    'deepstack_visual_indexes are not blocks of the vision tower in ascending order',
  );
  requireConfig(levels.length <= config.num_hidden_layers, 'there are more deepstack levels than layers');
  return {
    decoder: {
      ...heads,
      layers: config.num_hidden_layers,
      hidden: config.hidden_size,
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      epsilon: config.rms_norm_eps,
      ropeTheta: config.rope_theta,
      ropeLayout: 'interleaved',
      attentionBias: false,
      queryKeyNorm: true,
      deepstackLevels: levels.length,
    },
    vision: {
      layers: vision.depth,
      width: vision.hidden_size,
      intermediate: vision.intermediate_size,
      heads: vision.num_heads,
      headSize: vision.hidden_size / vision.num_heads,
      channels: vision.in_channels,
      patchSize: vision.patch_size,
      mergeSize: vision.spatial_merge_size,
      temporalPatchSize: vision.temporal_patch_size,
      output: config.hidden_size,
      norm: 'layer',
      patchBias: true,
      mlp: { kind: 'gelu-tanh', input: 'linear_fc1', output: 'linear_fc2' },
      merger: { norm: 'norm', input: 'linear_fc1', output: 'linear_fc2' },
      deepstackBlocks: levels,
      positionGridSide,
    },
    tied: config.tie_word_embeddings,
    processor: readProcessor(sources.preprocessor, {
      ...halves,
      minPixels: 4096,
      maxPixels: 25_165_824,
    }),
    imageProcessor: readProcessor(sources.imagePreprocessor, {
      ...halves,
      minPixels: 65_536,
      maxPixels: 16_777_216,
    }),
    maxPositions: config.max_position_embeddings,
    tokens: commonTokens(config, sources),
  };
}
