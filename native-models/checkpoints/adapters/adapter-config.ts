import { z } from 'zod';
import { EngineError } from '../../protocol/errors.ts';
import { readJsonObject } from '../read-file.ts';
import { describeSchemaProblem } from '../schema-problem.ts';

const positive = z.number().positive();

/** What is read of an `adapter_config.json` of PEFT; other fields concern training. */
const adapterConfigSchema = z.looseObject({
  peft_type: z.string().optional(),
  r: z.number().int().positive(),
  lora_alpha: positive,
  use_rslora: z.boolean().nullish(),
  alpha_pattern: z.record(z.string(), positive).nullish(),
  rank_pattern: z.record(z.string(), z.number().int().positive()).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
});
/** A checked `adapter_config.json`. */
export type AdapterConfig = z.infer<typeof adapterConfigSchema>;

/** Modules that an adapter may carry whole. */
const savableModules: readonly string[] = ['embed_tokens', 'lm_head', 'model.embed_tokens'];

/** Names of the initializations that also change the base weights, so that base + adapter is not what was trained. */
const baseChangingInitializations = /^(?:pissa|olora|corda|loftq|lora_ga)/i;

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  return value !== 'none' && value !== '';
}

/** Fields that change what an adapter computes beyond plain LoRA, and what they are called. */
const unsupportedFields = {
  use_dora: 'DoRA',
  lora_bias: 'LoRA with bias (lora_bias)',
  fan_in_fan_out: 'transposed weights (fan_in_fan_out)',
  bias: 'trained biases (bias)',
  layer_replication: 'replicated layers (layer_replication)',
  trainable_token_indices: 'single trained embedding rows (trainable_token_indices)',
  target_parameters: 'LoRA on bare parameters (target_parameters)',
  use_qalora: 'QALoRA',
  alora_invocation_tokens: 'activated LoRA',
  arrow_config: 'Arrow routing',
} as const;

function unsupportedFeature(config: AdapterConfig): string | undefined {
  if (config.peft_type !== undefined && config.peft_type !== 'LORA') return config.peft_type;
  for (const [field, feature] of Object.entries(unsupportedFields)) {
    if (isSet(config[field])) return feature;
  }
  const initialization = config['init_lora_weights'];
  if (typeof initialization === 'string' && baseChangingInitializations.test(initialization)) {
    return `an initialization that changes the base (${initialization})`;
  }
  const savedModule = config.modules_to_save?.find((module) => !savableModules.includes(module));
  return savedModule === undefined
    ? undefined
    : `a module of its own besides embed_tokens and lm_head (${savedModule})`;
}

/**
 * Reads an `adapter_config.json` of PEFT.
 * Throws CONFIG_INVALID when it is damaged, ADAPTER_UNSUPPORTED when it asks for more than plain LoRA.
 */
export async function readAdapterConfig(path: string): Promise<AdapterConfig> {
  const parsed = adapterConfigSchema.safeParse(await readJsonObject(path));
  if (!parsed.success) {
    throw new EngineError('CONFIG_INVALID', `${path}: ${describeSchemaProblem(parsed.error)}`);
  }
  const feature = unsupportedFeature(parsed.data);
  if (feature !== undefined) {
    throw new EngineError('ADAPTER_UNSUPPORTED', `${path} uses ${feature}, which is not supported.`);
  }
  return parsed.data;
}

/** A pattern key as the literal module path it stands for; undefined for a real regular expression. */
function literalPattern(pattern: string): { readonly path: string; readonly anchored: boolean } | undefined {
  const anchored = pattern.startsWith('^');
  const path = pattern.replace(/^\^/, '').replace(/\$$/, '').replaceAll('\\.', '.');
  return /^[\w.-]+$/.test(path) ? { path, anchored } : undefined;
}

/**
 * Looks a module up in a rank or alpha pattern. Keys are module paths or their ends; PEFT also takes regular expressions,
 * which are refused here since they come with a download and could be made to run forever.
 */
function matchPattern(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
  path: string,
): number | undefined {
  for (const [pattern, value] of Object.entries(patterns ?? {})) {
    const literal = literalPattern(pattern);
    if (literal === undefined) {
      throw new EngineError(
        'ADAPTER_UNSUPPORTED',
        `${path} has the regular expression "${pattern.slice(0, 200)}" as a pattern; only module names are supported.`,
      );
    }
    if (module === literal.path || (!literal.anchored && module.endsWith(`.${literal.path}`))) return value;
  }
  return undefined;
}

/**
 * What B·A of a module is multiplied with: alpha / rank, or alpha / √rank for rank-stabilized LoRA.
 * `rank` is that of the stored matrices; `path` names the configuration in errors.
 */
export function loraScale(config: AdapterConfig, module: string, rank: number, path: string): number {
  const alpha = matchPattern(config.alpha_pattern, module, path) ?? config.lora_alpha;
  return alpha / (config.use_rslora === true ? Math.sqrt(rank) : rank);
}

/** The rank that the configuration gives a module; the matrices must have it. */
export function configuredRank(config: AdapterConfig, module: string, path: string): number {
  return matchPattern(config.rank_pattern, module, path) ?? config.r;
}
