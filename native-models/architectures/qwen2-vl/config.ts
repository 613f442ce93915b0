import { z } from 'zod';
import { EngineError } from '../../protocol/errors.ts';
import type { NetworkShape } from '../vision-language-model.ts';

const size = z.number().int().positive().max(1_000_000);

const visionSchema = z.object({
  depth: size.default(32),
  embed_dim: size.default(1280),
  mlp_ratio: z.number().positive().default(4),
  num_heads: size.default(16),
  in_chans: size.default(3),
  patch_size: size.default(14),
  spatial_merge_size: size.default(2),
  temporal_patch_size: size.default(2),
});

/** The fields of a Hugging Face config.json of Qwen2-VL that the network depends on; vision defaults are the library's. */
const configSchema = z.object({
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive(),
  rope_scaling: z.object({ mrope_section: z.array(size).length(3) }),
  vocab_size: size,
  max_position_embeddings: size.default(32_768),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.literal('silu').default('silu'),
  vision_start_token_id: z.number().int(),
  vision_end_token_id: z.number().int(),
  video_token_id: z.number().int(),
  image_token_id: z.number().int(),
  reg_token_id: z.number().int().optional(),
  seg_s_token_id: z.number().int().optional(),
  seg_e_token_id: z.number().int().optional(),
  vision_config: visionSchema,
});

/** Sizes of the decoder. */
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
}

/** Sizes of the vision tower. */
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
}

/** A Qwen2-VL network: its sizes and token ids, all read from its configuration. */
export interface Qwen2VlConfig {
  readonly decoder: DecoderConfig;
  readonly vision: VisionConfig;
  readonly tied: boolean;
  /** Mean and standard deviation of the pixel values, per channel, of values scaled to 0..1. */
  readonly imageMean: readonly number[];
  readonly imageStd: readonly number[];
  readonly shape: NetworkShape;
}

const preprocessorSchema = z.object({
  image_mean: z.array(z.number()).length(3).default([0.48145466, 0.4578275, 0.40821073]),
  image_std: z.array(z.number().positive()).length(3).default([0.26862954, 0.26130258, 0.27577711]),
});

/** Where a configuration came from; all parsed JSON. `adapters` is the VideoMind folder's config.json. */
export interface ConfigSources {
  readonly base: Readonly<Record<string, unknown>>;
  readonly adapters?: Readonly<Record<string, unknown>> | undefined;
  readonly generation?: Readonly<Record<string, unknown>> | undefined;
  readonly preprocessor?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a network's configuration. Sizes come from the base; the VideoMind folder's own config leaves some out, but its
 * vocabulary and its three token ids count.
 * @throws EngineError CONFIG_INVALID naming the field.
 */
export function readQwen2VlConfig(sources: ConfigSources): Qwen2VlConfig {
  const adapters = sources.adapters ?? {};
  const merged = {
    ...sources.base,
    ...pick(adapters, ['vocab_size', 'reg_token_id', 'seg_s_token_id', 'seg_e_token_id']),
  };
  const config = parse(configSchema, merged, 'config.json');
  const image = parse(preprocessorSchema, sources.preprocessor ?? {}, 'preprocessor_config.json');
  const vision = config.vision_config;
  const headSize = config.hidden_size / config.num_attention_heads;
  const [time, height, width] = config.rope_scaling.mrope_section as [number, number, number];
  require(Number.isInteger(headSize) &&
    headSize % 2 === 0, 'hidden_size is not a multiple of num_attention_heads');
  require(config.num_attention_heads % config.num_key_value_heads ===
    0, 'num_attention_heads is not a multiple of num_key_value_heads');
  require(time + height + width === headSize / 2, 'mrope_section does not add up to half the head size');
  require(vision.embed_dim % vision.num_heads === 0, 'embed_dim is not a multiple of the vision num_heads');
  require((vision.embed_dim / vision.num_heads) % 4 === 0, 'the vision head size is not a multiple of 4');
  return {
    decoder: {
      layers: config.num_hidden_layers,
      hidden: config.hidden_size,
      intermediate: config.intermediate_size,
      heads: config.num_attention_heads,
      keyValueHeads: config.num_key_value_heads,
      headSize,
      vocabulary: config.vocab_size,
      epsilon: config.rms_norm_eps,
      ropeTheta: config.rope_theta,
      ropeSections: [time, height, width],
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
    },
    tied: config.tie_word_embeddings,
    imageMean: image.image_mean,
    imageStd: image.image_std,
    shape: {
      hiddenSize: config.hidden_size,
      vocabularySize: config.vocab_size,
      maxPositions: config.max_position_embeddings,
      patchSize: vision.patch_size,
      mergeSize: vision.spatial_merge_size,
      temporalPatchSize: vision.temporal_patch_size,
      deepstackLevels: 0,
      tokens: {
        visionStart: config.vision_start_token_id,
        visionEnd: config.vision_end_token_id,
        videoPad: config.video_token_id,
        imagePad: config.image_token_id,
        end: endTokens(sources),
        ...(config.reg_token_id === undefined ? {} : { reg: config.reg_token_id }),
        ...(config.seg_s_token_id === undefined ? {} : { segStart: config.seg_s_token_id }),
        ...(config.seg_e_token_id === undefined ? {} : { segEnd: config.seg_e_token_id }),
      },
    },
  };
}

/** generation_config.json names the end tokens, one or several; config.json is the fallback. */
function endTokens({ generation, base }: ConfigSources): number[] {
  const schema = z.union([z.number().int(), z.array(z.number().int()).min(1)]);
  const found = schema.safeParse(generation?.['eos_token_id'] ?? base['eos_token_id']);
  if (!found.success)
    throw new EngineError('CONFIG_INVALID', 'generation_config.json names no eos_token_id.');
  return [found.data].flat();
}

function pick(record: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => record[key] !== undefined).map((key) => [key, record[key]]));
}

function parse<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EngineError(
    'CONFIG_INVALID',
    `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
  );
}

function require(condition: boolean, message: string): void {
  if (!condition) throw new EngineError('CONFIG_INVALID', `config.json: ${message}.`);
}
