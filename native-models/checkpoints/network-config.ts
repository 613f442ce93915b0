import { z } from 'zod';
import { EngineError } from '../protocol/errors.ts';
import type { JsonObject } from './read-file.ts';
import { describeSchemaProblem } from './schema-problem.ts';

/** Values of `model_type` that can be imported. */
export const supportedModelTypes: readonly string[] = ['qwen2_vl'];

/** What a VideoMind checkpoint calls its networks. */
const agentModelType = /^agent_(.+)$/;

const tokenId = z.number().int().nonnegative();

/** Fields that are needed before the architecture reads the rest with its own, strict schema. */
const baseConfigSchema = z.looseObject({
  model_type: z.string(),
  hidden_size: z.number().int().positive(),
  vocab_size: z.number().int().positive(),
  tie_word_embeddings: z.boolean().optional(),
});
/** The config.json of a base, checked as far as every network needs it; the other fields as they came. */
export type BaseConfig = z.infer<typeof baseConfigSchema>;

const adaptersConfigSchema = z.looseObject({
  model_type: z.string().optional(),
  base_model_path: z.string().nullish(),
  vocab_size: z.number().int().positive().optional(),
  reg_token_id: tokenId.optional(),
  seg_s_token_id: tokenId.optional(),
  seg_e_token_id: tokenId.optional(),
});
/** The config.json of a VideoMind folder, likewise. */
export type AdaptersConfig = z.infer<typeof adaptersConfigSchema>;

function parseConfig<T>(schema: z.ZodType<T>, config: JsonObject, path: string): T {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new EngineError('CONFIG_INVALID', `${path}: ${describeSchemaProblem(parsed.error)}`);
}

/** What kind of quantization a configuration speaks of; undefined when the weights are plain. */
export function quantizationMethod(config: JsonObject): string | undefined {
  const quantization = config['quantization_config'];
  if (quantization === undefined || quantization === null) return undefined;
  const method = (quantization as JsonObject)['quant_method'];
  return typeof method === 'string' ? method : 'an unknown method';
}

/**
 * Checks the config.json of a base checkpoint as far as it can be without knowing the network.
 * Throws ARCHITECTURE_UNSUPPORTED for another network or quantized weights, CONFIG_INVALID for missing sizes.
 */
export function readBaseConfig(config: JsonObject, path: string): BaseConfig {
  const modelType = config['model_type'];
  if (typeof modelType !== 'string') {
    throw new EngineError('CONFIG_INVALID', `${path} does not say which network it is (model_type).`);
  }
  if (agentModelType.test(modelType)) {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${path} is that of a VideoMind folder, not of its base.`,
      {
        remedy:
          'Give this folder with --adapters, and the Qwen2-VL checkpoint that it belongs to with --base.',
      },
    );
  }
  if (!supportedModelTypes.includes(modelType)) {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${path} is of the network "${modelType.slice(0, 100)}"; supported: ${supportedModelTypes.join(', ')}.`,
    );
  }
  const method = quantizationMethod(config);
  if (method !== undefined) {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${path} is of weights already quantized with ${method}; unquantized ones are needed.`,
    );
  }
  return parseConfig(baseConfigSchema, config, path);
}

/**
 * Checks the config.json of a VideoMind folder.
 * Throws ARCHITECTURE_UNSUPPORTED when it is for another network, CONFIG_INVALID when it is damaged.
 */
export function readAdaptersConfig(config: JsonObject, path: string): AdaptersConfig {
  const parsed = parseConfig(adaptersConfigSchema, config, path);
  const modelType = parsed.model_type;
  const network = modelType === undefined ? undefined : (agentModelType.exec(modelType)?.[1] ?? modelType);
  if (network !== undefined && !supportedModelTypes.includes(network)) {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${path} is of the network "${network.slice(0, 100)}"; supported: ${supportedModelTypes.join(', ')}.`,
    );
  }
  return parsed;
}

/**
 * The network's configuration: sizes from the base, since a saved VideoMind configuration leaves out fields that equal
 * library defaults; vocabulary size and the three token ids from the VideoMind folder (reference: behaviour of its
 * checkpoints as published).
 */
export function mergeNetworkConfig(base: BaseConfig, adapters: AdaptersConfig | undefined): BaseConfig {
  if (adapters === undefined) return base;
  const { vocab_size = base.vocab_size, reg_token_id, seg_s_token_id, seg_e_token_id } = adapters;
  return {
    ...base,
    vocab_size,
    ...(reg_token_id === undefined ? {} : { reg_token_id }),
    ...(seg_s_token_id === undefined ? {} : { seg_s_token_id }),
    ...(seg_e_token_id === undefined ? {} : { seg_e_token_id }),
  };
}
