import { float32, type DeviceTensor, type PlacedTensor } from '../../runtime/runtime.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { DeviceRoleWeights } from '../architecture-family.ts';
import type { DeviceRows } from '../device-rows.ts';
import type { SizedGraph } from '../sized-graph.ts';
import type { ForwardResult, LanguageModel } from '../vision-language-model.ts';
import type { DecoderConfig } from './config.ts';
import { rowsOfExactAttention, type Dialect } from '../layers/dialect.ts';
import { DeviceKvCache } from './device-kv-cache.ts';
import { deviceWork, score } from './device-work.ts';
import { chunkRows } from './language-model.ts';
import { stepFeeds } from './step-feeds.ts';

/** States of one pass, on the device. */
interface PassStates {
  readonly rows: number;
  readonly states: DeviceTensor;
  readonly lastState: DeviceTensor;
}

/**
 * The decoder on a device (dialect `gpu`): keys, values, adapters, embeddings of the video and states stay there. What a
 * `forward` returns is valid until the next one.
 */
export function createDeviceLanguageModel(
  trunk: SizedGraph,
  config: DecoderConfig,
  roles: DeviceRoleWeights,
  rows: DeviceRows,
  { cache: cacheType, fusedAttention }: Dialect,
): LanguageModel {
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  const noFeatures = float32(new Float32Array(config.hidden), [1, config.hidden]);
  let noFeaturesOnDevice: DeviceTensor | undefined;
  let single: PassStates | undefined;
  let latest: PassStates | undefined;

  /** Room for the states of a pass: that of single rows is kept, that of chunks given back with the next pass. */
  const takeStates = async (count: number): Promise<PassStates> => {
    if (latest !== undefined && latest !== single) {
      latest.states.release();
      latest.lastState.release();
    }
    latest = undefined;
    const make = async () => ({
      rows: count,
      states: await rows.allocate(count),
      lastState: await rows.allocate(1),
    });
    if (count === 1) latest = single ??= await make();
    else latest = await make();
    return latest;
  };

  return {
    chunkRows: fusedAttention ? chunkRows : rowsOfExactAttention,
    device: deviceWork(roles, rows, config.vocabulary),
    createCache: (capacity) => new DeviceKvCache(rows.memory, config, cacheType, capacity),
    embed: (role, tokenIds) => roles.embed(role, tokenIds),

    async forward(role, embeddings, positions, cache, deepstack): Promise<ForwardResult> {
      if (!(cache instanceof DeviceKvCache))
        throw new EngineError('INTERNAL', 'The cache is not on the device.');
      const count = positions.length / 3;
      const past = cache.length;
      cache.requireRoom(count);
      const buffers = await cache.buffers();
      const { cos, sin, row_ids, total, last } = stepFeeds(config, positions, past);
      const feeds: Record<string, PlacedTensor> = {
        embeddings:
          embeddings instanceof Float32Array ? float32(embeddings, [count, config.hidden]) : embeddings,
        ...({ cos, sin, row_ids, total, last } as Record<string, PlacedTensor>),
        ...(await roles.adapterFeeds(role)),
      };
      noFeaturesOnDevice ??= config.deepstackLevels === 0 ? undefined : await rows.memory.write(noFeatures);
      for (let level = 0; level < config.deepstackLevels; level++) {
        const given = deepstack as readonly DeviceTensor[] | undefined;
        feeds[`deepstack.${level}`] = given?.[level] ?? (noFeaturesOnDevice as DeviceTensor);
      }
      for (const layer of layers) {
        feeds[`past_keys.${layer}`] = buffers[`keys.${layer}`] as DeviceTensor;
        feeds[`past_values.${layer}`] = buffers[`values.${layer}`] as DeviceTensor;
      }
      const { states, lastState } = await takeStates(count);
      await trunk.run({}, feeds, [], { ...buffers, states, last_state: lastState });
      cache.grow(count);
      return { lastState, preNormStates: states };
    },

    async logits(role, lastState): Promise<Float32Array> {
      const { logits } = await score(roles, role, lastState, { ids: [0], outputs: ['logits'] });
      return logits?.data as Float32Array;
    },
  };
}
