import { z } from 'zod';
import type { ArchitectureFamily } from '../architectures/architecture-family.ts';
import { flatFields } from '../architectures/config-fields.ts';
import { families, familyOfModelType } from '../architectures/families.ts';
import { EngineError } from '../protocol/errors.ts';
import type { JsonObject } from './read-file.ts';
import { describeSchemaProblem } from './schema-problem.ts';
import {
  describeUnsupportedNetwork,
  refuseQuantizedConfig,
  refuseScaledRotation,
} from './unsupported-networks.ts';

/** What a VideoMind checkpoint calls its networks. */
const agentModelType = /^agent_(.+)$/;

const tokenId = z.number().int().nonnegative();

/** Fields that are needed before the architecture reads the rest with its own, strict schema. */
const baseConfigSchema = z.looseObject({
  model_type: z.string(),
  hidden_size: z.number().int().positive().optional(),
  vocab_size: z.number().int().positive().optional(),
  tie_word_embeddings: z.boolean().optional(),
});
/** The config.json of a base, checked as far as every network needs it; the other fields as they came. */
export type BaseConfig = z.infer<typeof baseConfigSchema>;

/** Sizes that may stand in `text_config`. */
const sizesSchema = z.object({
  hidden_size: z.number().int().positive(),
  vocab_size: z.number().int().positive(),
});

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

/** A base's configuration and the family that reads the rest of it. */
export interface FamilyConfig {
  readonly family: ArchitectureFamily;
  readonly config: BaseConfig;
}

/**
 * Checks the config.json of a base checkpoint as far as it can be without knowing the network.
 * Throws ARCHITECTURE_UNSUPPORTED for another network or quantized weights, CONFIG_INVALID for missing sizes.
 */
export function readBaseConfig(config: JsonObject, path: string): FamilyConfig {
  const modelType = config['model_type'];
  if (typeof modelType !== 'string') {
    throw new EngineError('CONFIG_INVALID', `${path} does not say which network it is (model_type).`);
  }
  if (agentModelType.test(modelType)) {
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${path} is that of a VideoMind folder, not of its base.`,
      {
        remedy: 'Give this folder with --adapters, and the checkpoint that it belongs to with --base.',
      },
    );
  }
  const family = requireFamily(modelType, path);
  refuseQuantizedConfig(config, path);
  refuseScaledRotation(config, path);
  const base = parseConfig(baseConfigSchema, config, path);
  configSizes(base, path);
  return { family, config: base };
}

/** Width and vocabulary of a configuration. Throws CONFIG_INVALID where it has none. */
export function configSizes(
  config: BaseConfig,
  path: string,
): { readonly hiddenSize: number; readonly vocabularySize: number } {
  const { hidden_size: hiddenSize, vocab_size: vocabularySize } = parseConfig(
    sizesSchema,
    flatFields(config),
    path,
  );
  return { hiddenSize, vocabularySize };
}

function requireFamily(modelType: string, path: string): ArchitectureFamily {
  const family = familyOfModelType(modelType);
  if (family !== undefined) return family;
  const { what, instead } = describeUnsupportedNetwork(modelType);
  const supported = families.flatMap(({ modelTypes }) => modelTypes).join(', ');
  throw new EngineError('ARCHITECTURE_UNSUPPORTED', `${path} is of ${what}; supported: ${supported}.`, {
    remedy: instead,
  });
}

/**
 * Checks the config.json of a VideoMind folder.
 * Throws ARCHITECTURE_UNSUPPORTED when it is for another network, CONFIG_INVALID when it is damaged.
 */
export function readAdaptersConfig(config: JsonObject, path: string): AdaptersConfig {
  const parsed = parseConfig(adaptersConfigSchema, config, path);
  const modelType = parsed.model_type;
  if (modelType !== undefined) requireFamily(agentModelType.exec(modelType)?.[1] ?? modelType, path);
  return parsed;
}

/** The family that a VideoMind folder says its base is of; undefined where it does not say. */
export function adaptersFamily({ model_type: modelType }: AdaptersConfig): ArchitectureFamily | undefined {
  return modelType === undefined
    ? undefined
    : familyOfModelType(agentModelType.exec(modelType)?.[1] ?? modelType);
}

/**
 * The network's configuration: sizes from the base, since a saved VideoMind configuration leaves out fields that equal
 * library defaults; vocabulary size and the three token ids from the VideoMind folder (reference: behaviour of its
 * checkpoints as published).
 */
export function mergeNetworkConfig(base: BaseConfig, adapters: AdaptersConfig | undefined): BaseConfig {
  if (adapters === undefined) return base;
  const { vocab_size, reg_token_id, seg_s_token_id, seg_e_token_id } = adapters;
  return {
    ...base,
    ...(vocab_size === undefined ? {} : { vocab_size }),
    ...(reg_token_id === undefined ? {} : { reg_token_id }),
    ...(seg_s_token_id === undefined ? {} : { seg_s_token_id }),
    ...(seg_e_token_id === undefined ? {} : { seg_e_token_id }),
  };
}
