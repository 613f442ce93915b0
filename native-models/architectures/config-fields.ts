import { z } from 'zod';
import { EngineError } from '../protocol/errors.ts';
import type { ConfigSources } from './architecture-family.ts';
import type { PixelScale } from './vision-tower/config.ts';
import type { NetworkShape } from './vision-language-model.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A size or count of a network: anything beyond a million is damage. */
export const sizeField = z.number().int().positive().max(1_000_000);

/** Fields of the text network that all families have under the same names. */
export const textFields = {
  hidden_size: sizeField,
  intermediate_size: sizeField,
  num_hidden_layers: sizeField,
  num_attention_heads: sizeField,
  num_key_value_heads: sizeField,
  rope_theta: z.number().positive(),
  rope_scaling: z.object({ mrope_section: z.array(sizeField).length(3) }),
  vocab_size: sizeField,
  tie_word_embeddings: z.boolean().optional(),
  hidden_act: z.literal('silu').default('silu'),
  vision_start_token_id: z.number().int(),
  vision_end_token_id: z.number().int(),
  video_token_id: z.number().int(),
  image_token_id: z.number().int(),
  reg_token_id: z.number().int().optional(),
  seg_s_token_id: z.number().int().optional(),
  seg_e_token_id: z.number().int().optional(),
};

/**
 * The fields of a network. Sizes come from the base; the VideoMind folder's own config leaves some out, but its vocabulary and
 * its three token ids count.
 */
export function networkFields({ base, adapters = {} }: ConfigSources): Record<string, unknown> {
  const own = ['vocab_size', 'reg_token_id', 'seg_s_token_id', 'seg_e_token_id'];
  const given = own
    .filter((name) => adapters[name] !== undefined)
    .map((name) => [name, adapters[name]] as const);
  return { ...flatFields(base), ...Object.fromEntries(given) };
}

/**
 * The fields of a config.json on one level: newer libraries nest those of the text network in `text_config`, and what
 * concerns rotation in `rope_parameters`. Where both levels have a field the top one counts, and null counts as absent.
 */
export function flatFields(config: Fields): Record<string, unknown> {
  const flat = { ...present(config['text_config']), ...present(config) };
  const rope = present(flat['rope_parameters']);
  const { rope_theta: theta } = rope;
  return {
    ...(Object.keys(rope).length === 0 ? {} : { rope_scaling: rope }),
    ...(theta === undefined ? {} : { rope_theta: theta }),
    ...flat,
  };
}

function present(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

/** @throws EngineError CONFIG_INVALID naming file and field. */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown, file: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EngineError(
    'CONFIG_INVALID',
    `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
  );
}

/** @throws EngineError CONFIG_INVALID with the message, unless the condition holds. */
export function requireConfig(condition: boolean, message: string): void {
  if (!condition) throw new EngineError('CONFIG_INVALID', `config.json: ${message}.`);
}

/** Checks how heads, sections and widths have to fit each other. */
export function requireFittingHeads(
  text: {
    readonly heads: number;
    readonly keyValueHeads: number;
    readonly headSize: number;
    readonly ropeSections: readonly number[];
  },
  vision: { readonly width: number; readonly heads: number },
): void {
  requireConfig(Number.isInteger(text.headSize) && text.headSize % 2 === 0, 'the head size is not even');
  requireConfig(
    text.heads % text.keyValueHeads === 0,
    'num_attention_heads is not a multiple of num_key_value_heads',
  );
  requireConfig(
    text.ropeSections.reduce((sum, section) => sum + section, 0) === text.headSize / 2,
    'mrope_section does not add up to half the head size',
  );
  requireConfig(
    vision.width % vision.heads === 0,
    'the width of the vision tower is not a multiple of its heads',
  );
  requireConfig(
    (vision.width / vision.heads) % 4 === 0,
    'the head size of the vision tower is not a multiple of 4',
  );
}

/** generation_config.json names the end tokens, one or several; config.json is the fallback. */
export function endTokens({ generation, base }: ConfigSources): number[] {
  const schema = z.union([z.number().int(), z.array(z.number().int()).min(1)]);
  const found = schema.safeParse(generation?.['eos_token_id'] ?? flatFields(base)['eos_token_id']);
  if (!found.success)
    throw new EngineError('CONFIG_INVALID', 'generation_config.json names no eos_token_id.');
  return [found.data].flat();
}

type TokenFields = Readonly<
  Record<'vision_start_token_id' | 'vision_end_token_id' | 'video_token_id' | 'image_token_id', number>
> &
  Readonly<Partial<Record<'reg_token_id' | 'seg_s_token_id' | 'seg_e_token_id', number | undefined>>>;

/** The ids that every family has, and those that roles of VideoMind add. */
export function commonTokens(fields: TokenFields, sources: ConfigSources): NetworkShape['tokens'] {
  const { reg_token_id: reg, seg_s_token_id: segStart, seg_e_token_id: segEnd } = fields;
  return {
    visionStart: fields.vision_start_token_id,
    visionEnd: fields.vision_end_token_id,
    videoPad: fields.video_token_id,
    imagePad: fields.image_token_id,
    end: endTokens(sources),
    ...(reg === undefined ? {} : { reg }),
    ...(segStart === undefined ? {} : { segStart }),
    ...(segEnd === undefined ? {} : { segEnd }),
  };
}

/** What a checkpoint's processor does to frames. */
export interface ProcessorFields extends PixelScale {
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** Reads a processor configuration; what it leaves out is the family's. */
export function readProcessor(config: Fields | undefined, family: ProcessorFields): ProcessorFields {
  const limit = z.number().int().positive().nullish();
  const channel = z.array(z.number()).length(3);
  const schema = z.object({
    image_mean: channel.default([...family.imageMean]),
    image_std: z
      .array(z.number().positive())
      .length(3)
      .default([...family.imageStd]),
    size: z.looseObject({ shortest_edge: limit, longest_edge: limit }).nullish(),
    min_pixels: limit,
    max_pixels: limit,
  });
  const parsed = parseFields(schema, config ?? {}, 'preprocessor_config.json');
  return {
    imageMean: parsed.image_mean,
    imageStd: parsed.image_std,
    minPixels: parsed.size?.shortest_edge ?? parsed.min_pixels ?? family.minPixels,
    maxPixels: parsed.size?.longest_edge ?? parsed.max_pixels ?? family.maxPixels,
  };
}

/** The pixel scale of CLIP, which Qwen2-VL and Qwen2.5-VL took over. */
export const clipPixelScale: PixelScale = {
  imageMean: [0.48145466, 0.4578275, 0.40821073],
  imageStd: [0.26862954, 0.26130258, 0.27577711],
};
