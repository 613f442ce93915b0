import { z } from 'zod';
import { flatFields } from '../../architectures/config-fields.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { AdapterSummary, InspectReport, NetworkSummary } from '../../protocol/inspect-report.ts';
import type { Adapter } from '../adapters/adapter.ts';
import type { JsonObject } from '../read-file.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';

/** Findings of an inspection: what is wrong with a folder does not end it. */
export class Problems {
  readonly found: InspectReport['problems'] = [];

  add(code: string, message: string): void {
    this.found.push({ code, message });
  }

  /** Runs one check; a typed error becomes a problem and the result undefined. */
  async attempt<T>(check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.add(error.code, error.message);
      return undefined;
    }
  }
}

const size = z.number().int().optional().catch(undefined);

/** Sizes under the names of Hugging Face; what is not there or no number is left out. */
const sizesSchema = z.object({
  num_hidden_layers: size,
  hidden_size: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  vocab_size: size,
  tie_word_embeddings: z.boolean().optional().catch(undefined),
  vision_config: z.object({ depth: size }).catch({ depth: undefined }),
});

/** Sizes of a network, from its config.json and, where they are there, its weights. */
export function summarizeNetwork(config: JsonObject, weights: WeightSet | undefined): NetworkSummary {
  const sizes = sizesSchema.parse(flatFields(config));
  const tensors = weights?.names().map((name) => weights.get(name));
  const entries = {
    layers: sizes.num_hidden_layers,
    hiddenSize: sizes.hidden_size,
    heads: sizes.num_attention_heads,
    keyValueHeads: sizes.num_key_value_heads,
    vocabularySize: sizes.vocab_size,
    visionLayers: sizes.vision_config.depth,
    tied: sizes.tie_word_embeddings,
    parameters: tensors?.reduce(
      (sum, tensor) => sum + tensor.shape.reduce((product, side) => product * side, 1),
      0,
    ),
    dtypes: tensors === undefined ? undefined : [...new Set(tensors.map((tensor) => tensor.dtype))].sort(),
  };
  const known = Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
  const modelType = config['model_type'];
  return { architecture: typeof modelType === 'string' ? modelType.slice(0, 100) : 'unknown', ...known };
}

/** What an adapter changes, in short. */
export function summarizeAdapter(adapter: Adapter): AdapterSummary {
  const { targets, modulesToSave } = adapter;
  const ranks = targets.map((target) => target.rank);
  const scales = targets.map((target) => target.scale);
  return {
    role: adapter.role,
    rank: [Math.min(...ranks), Math.max(...ranks)],
    scale: [Math.min(...scales), Math.max(...scales)],
    targetCount: targets.length,
    targetKinds: [...new Set(targets.map((target) => target.module.split('.').at(-1) ?? ''))].sort(),
    ownEmbeddings: modulesToSave.embedTokens !== undefined,
    ownHead: modulesToSave.lmHead !== undefined,
  };
}
