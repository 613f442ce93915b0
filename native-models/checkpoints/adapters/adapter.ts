import { join } from 'node:path';
import { qwenTensorName } from '../../architectures/qwen-network.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/roles.ts';
import { isFile } from '../read-file.ts';
import { formatShape } from '../safetensors/stored-tensor.ts';
import { openSafetensors, type WeightSet } from '../safetensors/weight-set.ts';
import { type AdapterConfig, configuredRank, loraScale, readAdapterConfig } from './adapter-config.ts';

/** What PEFT calls the configuration of an adapter. */
export const adapterConfigFile = 'adapter_config.json';
/** What PEFT calls the weights of an adapter. */
export const adapterWeightsFile = 'adapter_model.safetensors';

/** What PEFT puts before every module path. */
export const peftPrefix = 'base_model.model.';

/** LoRA on one linear module: output += scale · B · (A · input). */
export interface LoraTarget {
  /** Path of the module in the base network, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly module: string;
  readonly rank: number;
  readonly scale: number;
  /** Tensor of A: (rank, in). */
  readonly a: string;
  /** Tensor of B: (out, rank). */
  readonly b: string;
}

/** A role's LoRA adapter, as its folder holds it. */
export interface Adapter {
  readonly role: Role;
  readonly folder: string;
  readonly weights: WeightSet;
  /** Ordered by module path. */
  readonly targets: readonly LoraTarget[];
  /** Tensors that stand in for the base's own: (vocabulary, hidden). */
  readonly modulesToSave: { readonly embedTokens?: string; readonly lmHead?: string };
}

const loraKey = /^(.+)\.lora_([AB])(?:\.default)?\.weight$/;
const savedKey = /^(.+?)(?:\.modules_to_save(?:\.default)?)?\.weight$/;
const floatTypes: readonly string[] = ['F32', 'F16', 'BF16'];

/** The two matrices of a module, and what the adapter calls it. */
interface FoundPair {
  readonly savedModule: string;
  readonly A?: string;
  readonly B?: string;
}

interface FoundKeys {
  /** By the module's path in the base. */
  readonly pairs: Map<string, FoundPair>;
  readonly saved: { embedTokens?: string; lmHead?: string };
}

function unsupported(file: string, problem: string): EngineError {
  return new EngineError('ADAPTER_UNSUPPORTED', `${file}: ${problem}`);
}

/** Sorts the tensors of an adapter by what they are; one that fits nowhere is an error, since leaving it out is wrong. */
function sortKeys(weights: WeightSet): FoundKeys {
  const pairs: FoundKeys['pairs'] = new Map();
  const saved: FoundKeys['saved'] = {};
  for (const name of weights.names()) {
    const path = name.startsWith(peftPrefix) ? name.slice(peftPrefix.length) : name;
    if (!floatTypes.includes(weights.get(name).dtype)) {
      throw unsupported(weights.label, `"${name}" is of type ${weights.get(name).dtype}.`);
    }
    const [, loraModule, matrix] = loraKey.exec(path) ?? [];
    const savedModule = savedKey.exec(path)?.[1];
    if (loraModule !== undefined && (matrix === 'A' || matrix === 'B')) {
      // Libraries moved the networks' parts about: the same rule as for the base's own tensors.
      const module = qwenTensorName(loraModule);
      const found = pairs.get(module);
      if (found?.[matrix] !== undefined)
        throw unsupported(weights.label, `LoRA on ${module} is there twice.`);
      pairs.set(module, { ...found, savedModule: loraModule, [matrix]: name });
    } else if (savedModule !== undefined && /^(?:language_model\.)?lm_head$/.test(savedModule)) {
      saved.lmHead = name;
    } else if (savedModule !== undefined && /(?:^|\.)embed_tokens$/.test(savedModule)) {
      saved.embedTokens = name;
    } else if (path.includes('lora_embedding_')) {
      throw unsupported(weights.label, `"${name}" is LoRA on an embedding table.`);
    } else if (path.includes('lora_magnitude_vector')) {
      throw unsupported(weights.label, `"${name}" belongs to DoRA.`);
    } else {
      throw unsupported(weights.label, `"${name}" is neither LoRA nor embed_tokens nor lm_head.`);
    }
  }
  return { pairs, saved };
}

function readTarget(
  weights: WeightSet,
  module: string,
  pair: FoundPair,
  config: AdapterConfig,
  configPath: string,
): LoraTarget {
  if (pair.A === undefined || pair.B === undefined) {
    const missing = pair.A === undefined ? 'lora_A' : 'lora_B';
    throw new EngineError('CHECKPOINT_INCOMPLETE', `${weights.label} has no ${missing} of ${module}.`);
  }
  const a = weights.get(pair.A);
  const b = weights.get(pair.B);
  const [rank] = a.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw unsupported(
      weights.label,
      `LoRA on ${module} is not of a linear layer (A ${formatShape(a.shape)}).`,
    );
  }
  if (rank === undefined || rank === 0 || b.shape[1] !== rank) {
    throw new EngineError(
      'ADAPTER_MISMATCH',
      `${weights.label}: A ${formatShape(a.shape)} and B ${formatShape(b.shape)} of ${module} do not fit together.`,
    );
  }
  const names = [...new Set([pair.savedModule, module])];
  const configured = configuredRank(config, names, configPath);
  if (configured !== rank) {
    throw new EngineError(
      'ADAPTER_MISMATCH',
      `${configPath} gives ${module} rank ${configured}, but its matrices have rank ${rank}.`,
      { remedy: 'Put the adapter_config.json and the weights of one adapter side by side.' },
    );
  }
  return { module, rank, scale: loraScale(config, names, rank, configPath), a: pair.A, b: pair.B };
}

function checkSavedModules(config: AdapterConfig, saved: FoundKeys['saved'], file: string): void {
  for (const module of config.modules_to_save ?? []) {
    const tensor = module.endsWith('lm_head') ? saved.lmHead : saved.embedTokens;
    if (tensor === undefined) {
      throw new EngineError(
        'CHECKPOINT_INCOMPLETE',
        `${file} lacks ${module}, which its configuration names under modules_to_save.`,
      );
    }
  }
}

/**
 * Opens a PEFT LoRA adapter. Targets are found from the tensor names, not from `target_modules`.
 * Throws CHECKPOINT_INCOMPLETE for missing files or matrices, ADAPTER_UNSUPPORTED for anything beyond plain LoRA with
 * own embed_tokens and lm_head, ADAPTER_MISMATCH when the matrices do not fit each other or the configuration.
 */
export async function openAdapter(role: Role, folder: string): Promise<Adapter> {
  const configPath = join(folder, adapterConfigFile);
  const weightsPath = join(folder, adapterWeightsFile);
  const config = await readAdapterConfig(configPath);
  if (!(await isFile(weightsPath)) && (await isFile(join(folder, 'adapter_model.bin')))) {
    throw new EngineError('CHECKPOINT_INCOMPLETE', `${folder} holds its weights only as adapter_model.bin.`, {
      remedy: `Download ${adapterWeightsFile}: PyTorch .bin files run code and are not read.`,
    });
  }
  const weights = await openSafetensors(weightsPath);
  const { pairs, saved } = sortKeys(weights);
  if (pairs.size === 0) throw unsupported(weights.label, 'there are no LoRA matrices in it.');
  checkSavedModules(config, saved, weights.label);
  const targets = [...pairs]
    .map(([module, pair]) => readTarget(weights, module, pair, config, configPath))
    .sort((one, other) => (one.module < other.module ? -1 : 1));
  return { role, folder, weights, targets, modulesToSave: saved };
}
