import type { Role } from '../../protocol/roles.ts';
import { EngineError } from '../../protocol/errors.ts';
import { KvCache, type TokenCache } from '../../runtime/kv-cache.ts';
import { float32, type Session, type Tensor } from '../../runtime/runtime.ts';
import type { RoleWeights } from '../architecture-family.ts';
import { rowsInMemory, type Rows } from '../device-rows.ts';
import type { Deepstack, ForwardResult, LanguageModel } from '../vision-language-model.ts';
import type { DecoderConfig } from './config.ts';
import { stepFeeds } from './step-feeds.ts';

/** Rows of a prefill chunk: longer ones gain nothing and take more memory (docs/benchmarks.md). */
export const chunkRows = 256;

/** Runs the decoder trunk, embeddings and vocabulary heads. */
export function createLanguageModel(
  trunk: Session,
  config: DecoderConfig,
  roles: RoleWeights,
): LanguageModel {
  const rowSize = config.keyValueHeads * config.headSize;
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  const rowOutputs = layers.flatMap((layer) => [`keys.${layer}`, `values.${layer}`]);
  const noFeatures = new Float32Array(config.hidden);
  const outputs = ['last_state', 'states', ...rowOutputs];
  return {
    chunkRows,
    createCache: (capacity) => new KvCache({ layers: config.layers, rowSize, capacity }),
    embed: (role, tokenIds) => roles.embed(role, tokenIds),

    async forward(
      role: Role,
      given: Rows,
      positions: Int32Array,
      cache: TokenCache,
      deepstackGiven?: Deepstack,
    ): Promise<ForwardResult> {
      if (!(cache instanceof KvCache)) throw new EngineError('INTERNAL', 'The cache is not in memory.');
      const embeddings = rowsInMemory(given);
      const deepstack = deepstackGiven as Float32Array | undefined;
      const rows = positions.length / 3;
      const past = cache.length;
      const pastDims = [past, config.keyValueHeads, config.headSize];
      const feeds: Record<string, Tensor> = {
        embeddings: float32(embeddings, [rows, config.hidden]),
        ...stepFeeds(config, positions, past),
        ...(await roles.adapterFeeds(role)),
      };
      for (let level = 0; level < config.deepstackLevels; level++) {
        feeds[`deepstack.${level}`] = float32(
          deepstack?.subarray(level * embeddings.length, (level + 1) * embeddings.length) ?? noFeatures,
          [deepstack === undefined ? 1 : rows, config.hidden],
        );
      }
      for (const layer of layers) {
        feeds[`past_keys.${layer}`] = float32(cache.keys(layer), pastDims);
        feeds[`past_values.${layer}`] = float32(cache.values(layer), pastDims);
      }
      const results = await trunk.run(feeds, outputs);
      cache.append(rows, (layer) => ({
        keys: results[`keys.${layer}`]?.data as Float32Array,
        values: results[`values.${layer}`]?.data as Float32Array,
      }));
      return {
        lastState: results['last_state']?.data as Float32Array,
        preNormStates: results['states']?.data as Float32Array,
      };
    },

    async logits(role: Role, lastState: Rows): Promise<Float32Array> {
      const head = await roles.head(role);
      const { logits } = await head.run({ state: float32(rowsInMemory(lastState), [1, config.hidden]) }, [
        'logits',
      ]);
      return logits?.data as Float32Array;
    },
  };
}
