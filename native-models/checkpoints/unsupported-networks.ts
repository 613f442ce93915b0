import { families } from '../architectures/families.ts';
import { EngineError } from '../protocol/errors.ts';
import { isJsonObject, type JsonObject } from './read-file.ts';
import type { WeightSet } from './safetensors/weight-set.ts';

/** What can be imported, for people whose folder cannot. */
export const whatCanBeImported =
  `Unquantized safetensors checkpoints of ${families.map(({ title }) => title).join(', ')} can be imported, ` +
  'also with a VideoMind folder or, the latter two, a LoRA: `videomind import --base DIR --adapters DIR --out DIR`.';

const unquantized =
  'Give the checkpoint that it was made from, with bf16 weights: --precision int8 or int4 quantizes it on import.';

const kinds: readonly { readonly of: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    of: /omni|audio/,
    what: 'a network that hears',
    instead: 'Give a vision-language model without audio, for example Qwen/Qwen2.5-VL-3B-Instruct.',
  },
  {
    of: /_moe(?:_|$)/,
    what: 'a mixture of experts',
    instead: 'Give a dense model of the family, for example Qwen/Qwen3-VL-2B-Instruct, 4B or 8B.',
  },
];

/** What a network is that cannot be imported, and what would work instead. */
export function describeUnsupportedNetwork(modelType: string): {
  readonly what: string;
  readonly instead: string;
} {
  const name = modelType.slice(0, 100);
  const kind = kinds.find(({ of }) => of.test(modelType));
  return kind === undefined
    ? { what: `the network "${name}"`, instead: whatCanBeImported }
    : { what: `the network "${name}", ${kind.what}`, instead: kind.instead };
}

/** What kind of quantization a configuration speaks of; undefined when the weights are plain. */
export function quantizationMethod(config: JsonObject): string | undefined {
  const text = config['text_config'];
  for (const place of [config, isJsonObject(text) ? text : {}]) {
    for (const field of ['quantization_config', 'compression_config', 'quantization'] as const) {
      const quantization = place[field];
      if (!isJsonObject(quantization)) continue;
      const method = quantization['quant_method'];
      if (typeof method === 'string') return method.slice(0, 100);
      return field === 'quantization' ? 'MLX' : 'an unknown method';
    }
  }
  return undefined;
}

/** @throws EngineError ARCHITECTURE_UNSUPPORTED when the configuration says that weights are quantized. */
export function refuseQuantizedConfig(config: JsonObject, path: string): void {
  const method = quantizationMethod(config);
  if (method === undefined) return;
  throw new EngineError(
    'ARCHITECTURE_UNSUPPORTED',
    `${path} is of weights already quantized with ${method}; unquantized ones are needed.`,
    { remedy: unquantized },
  );
}

/** Rotations that are computed: the plain one, which Qwen's configurations also call by its sections. */
const plainRotations: readonly string[] = ['default', 'mrope'];

/**
 * Refuses positions that are scaled to longer texts (yarn, linear, dynamic, longrope, …), in whichever place a library wrote
 * it: computed plainly, such a network would answer worse without an error.
 * @throws EngineError ARCHITECTURE_UNSUPPORTED
 */
export function refuseScaledRotation(config: JsonObject, path: string): void {
  const text = config['text_config'];
  for (const place of [config, isJsonObject(text) ? text : {}]) {
    for (const field of ['rope_scaling', 'rope_parameters'] as const) {
      const rotation = place[field];
      if (!isJsonObject(rotation)) continue;
      for (const type of [rotation['rope_type'], rotation['type']]) {
        if (typeof type !== 'string' || plainRotations.includes(type)) continue;
        throw new EngineError(
          'ARCHITECTURE_UNSUPPORTED',
          `${path} scales its positions (${field}: "${type.slice(0, 100)}"), which is not computed.`,
          {
            remedy: `Give the checkpoint with its plain positions: the same weights with a ${field} of type "default", for texts of the length that it was trained with.`,
          },
        );
      }
    }
  }
}

const packedNames = /\.(?:qweight|qzeros|weight_packed|weight_scale_inv|absmax)$/;

/**
 * Refuses weights that are quantized though no configuration says so.
 * @throws EngineError ARCHITECTURE_UNSUPPORTED naming a tensor.
 */
export function refuseQuantizedWeights(weights: WeightSet): void {
  for (const name of weights.names()) {
    const { dtype } = weights.get(name);
    const isPlain = dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
    if (!packedNames.test(name) && (isPlain || !name.endsWith('.weight'))) continue;
    throw new EngineError(
      'ARCHITECTURE_UNSUPPORTED',
      `${weights.label} holds quantized weights: tensor "${name.slice(0, 200)}" is stored as ${dtype}.`,
      { remedy: unquantized },
    );
  }
}
