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
const savableModules =
  /^(?:(?:language_model\.)?model\.(?:language_model\.)?)?embed_tokens$|^(?:language_model\.)?lm_head$/;

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
  use_bdlora: 'block-diagonal LoRA (use_bdlora)',
  kasa_config: 'KaSA',
  monteclora_config: 'MonteCLoRA',
  velora_config: 'VeLoRA',
} as const;

/**
 * Fields of PEFT (up to 0.21) that say what was trained, from what and how it began: they change nothing of what the saved
 * matrices compute.
 */
const trainingFields: ReadonlySet<string> = new Set([
  ...['auto_mapping', 'base_model_name_or_path', 'revision', 'task_type', 'inference_mode', 'peft_version'],
  ...['target_modules', 'exclude_modules', 'layers_to_transform', 'layers_pattern', 'lora_dropout'],
  ...['init_lora_weights', 'loftq_config', 'eva_config', 'corda_config', 'lora_ga_config'],
  ...['qalora_group_size', 'megatron_config', 'megatron_core', 'runtime_config', 'ensure_weight_tying'],
]);

function unsupportedFeature(config: AdapterConfig): string | undefined {
  if (config.peft_type !== undefined && config.peft_type !== 'LORA') return config.peft_type;
  for (const [field, feature] of Object.entries(unsupportedFields)) {
    if (isSet(config[field])) return feature;
  }
  const known = (field: string): boolean =>
    Object.hasOwn(adapterConfigSchema.shape, field) ||
    Object.hasOwn(unsupportedFields, field) ||
    trainingFields.has(field);
  const unknown = Object.keys(config).find((field) => !known(field) && isSet(config[field]));
  if (unknown !== undefined)
    return `"${unknown.slice(0, 100)}", a field of a later PEFT that is not known here`;
  const initialization = config['init_lora_weights'];
  if (typeof initialization === 'string' && baseChangingInitializations.test(initialization)) {
    return `an initialization that changes the base (${initialization})`;
  }
  const savedModule = config.modules_to_save?.find((module) => !savableModules.test(module));
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

/** Longest pattern, and most repetitions in one: matching stays fast whatever a download says. */
const maxPatternLength = 300;
const maxRepetitions = 3;
/** Signs, classes and escapes, each perhaps repeated; groups of alternatives, never repeated. */
const safePattern =
  /^(?:(?:[\w-]|\\[.dwsDWS\-_]|\.|\[\^?(?:[\w.\- ]|\\[dws.])+\])(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})?|[|()^$]|\(\?:)*$/;

/**
 * A key of a pattern as PEFT matches it: `re.match("(.*\\.)?(KEY)$", module)`, a whole module path or its end. Undefined for
 * one that is refused: patterns come with a download and could be made to run for ever.
 */
function patternOf(key: string): RegExp | undefined {
  const repetitions = key.match(/(?<!\\)[*+?{]/g)?.length ?? 0;
  const repeatedGroup = /\)[*+?{]/.test(key);
  if (key.length > maxPatternLength || repetitions > maxRepetitions || repeatedGroup) return undefined;
  if (!safePattern.test(key)) return undefined;
  try {
    return new RegExp(`^(?:.*\\.)?(?:${key})$`);
  } catch {
    return undefined;
  }
}

/**
 * Looks a module up in a rank or alpha pattern; the first key that fits counts, as in PEFT.
 * @param names what the module is called: as the adapter has it, and as the base does
 */
function matchPattern(
  patterns: Readonly<Record<string, number>> | null | undefined,
  names: readonly string[],
  path: string,
): number | undefined {
  for (const [key, value] of Object.entries(patterns ?? {})) {
    const pattern = patternOf(key);
    if (pattern === undefined) {
      throw new EngineError(
        'ADAPTER_UNSUPPORTED',
        `${path} has the regular expression "${key.slice(0, 200)}" as a pattern; only module names and simple ones are supported.`,
      );
    }
    if (names.some((name) => pattern.test(name))) return value;
  }
  return undefined;
}

/**
 * What B·A of a module is multiplied with: alpha / rank, or alpha / √rank for rank-stabilized LoRA.
 * `rank` is that of the stored matrices; `path` names the configuration in errors.
 */
export function loraScale(
  config: AdapterConfig,
  names: readonly string[],
  rank: number,
  path: string,
): number {
  const alpha = matchPattern(config.alpha_pattern, names, path) ?? config.lora_alpha;
  return alpha / (config.use_rslora === true ? Math.sqrt(rank) : rank);
}

/** The rank that the configuration gives a module; the matrices must have it. */
export function configuredRank(config: AdapterConfig, names: readonly string[], path: string): number {
  return matchPattern(config.rank_pattern, names, path) ?? config.r;
}
