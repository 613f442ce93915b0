import type { Role } from '../../protocol/roles.ts';
import { KvCache } from '../../runtime/kv-cache.ts';
import { bool, float32, int32, type Feeds, type Session, type Tensor } from '../../runtime/runtime.ts';
import type { ForwardResult, LanguageModel } from '../vision-language-model.ts';
import type { DecoderConfig } from './config.ts';
import { decoderRotary } from './rotary.ts';

/** Rows of a prefill chunk: longer ones gain nothing and take more memory (docs/benchmarks.md). */
const chunkRows = 256;

/** What each role adds to the decoder trunk. */
export interface RoleWeights {
  /** Feeds of the trunk's adapter inputs; zeros for a role without an adapter. */
  adapterFeeds(role: Role): Feeds;
  /** Embedding rows of a role: (tokenIds.length, hidden). */
  embed(role: Role, tokenIds: readonly number[]): Promise<Float32Array>;
  /** The session of a role's lm_head. */
  head(role: Role): Promise<Session>;
}

/** Runs the decoder trunk, embeddings and vocabulary heads. */
export function createLanguageModel(
  trunk: Session,
  config: DecoderConfig,
  roles: RoleWeights,
): LanguageModel {
  const rowSize = config.keyValueHeads * config.headSize;
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  const rowOutputs = layers.flatMap((layer) => [`keys.${layer}`, `values.${layer}`]);
  const outputs = ['last_state', 'states', ...rowOutputs];
  return {
    chunkRows,
    createCache: (capacity) => new KvCache({ layers: config.layers, rowSize, capacity }),
    embed: (role, tokenIds) => roles.embed(role, tokenIds),

    async forward(
      role: Role,
      embeddings: Float32Array,
      positions: Int32Array,
      cache: KvCache,
    ): Promise<ForwardResult> {
      const rows = positions.length / 3;
      const past = cache.length;
      const { cos, sin } = decoderRotary(config, positions);
      const pastDims = [past, config.keyValueHeads, config.headSize];
      const feeds: Record<string, Tensor> = {
        embeddings: float32(embeddings, [rows, config.hidden]),
        cos: float32(cos, [rows, config.headSize / 2]),
        sin: float32(sin, [rows, config.headSize / 2]),
        row_ids: {
          type: 'int64',
          dims: [1, rows],
          data: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)),
        },
        total: int32([past + rows], []),
        last: int32([past + rows - 1], [1]),
        single: bool(rows === 1 && past > 0),
        ...roles.adapterFeeds(role),
      };
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

    async logits(role: Role, lastState: Float32Array): Promise<Float32Array> {
      const head = await roles.head(role);
      const { logits } = await head.run({ state: float32(lastState, [1, config.hidden]) }, ['logits']);
      return logits?.data as Float32Array;
    },
  };
}
