import { EngineError } from '../../protocol/errors.ts';
import { float32, type DeviceTensor, type PlacedTensor, type Tensor } from '../../runtime/runtime.ts';
import type { DeviceRoleWeights } from '../architecture-family.ts';
import type { DeviceRows, Rows } from '../device-rows.ts';
import type { Dialect } from '../layers/dialect.ts';
import type { SizedGraph } from '../sized-graph.ts';
import type { ForwardResult, LanguageModel } from '../vision-language-model.ts';
import type { DecoderConfig } from './config.ts';
import { deviceWork, score, scoredTokens } from './device-work.ts';
import { staticCapacity, StaticKvCache } from './static-kv-cache.ts';
import { stepFeeds } from './step-feeds.ts';

/** Rows that a prompt is read by; a shorter rest is padded to them. */
const promptRows = 128;

/** Sizes of the decoder's graph for `rows` rows and caches of `capacity` tokens. */
function trunkSizes(rows: number, capacity: number): Record<string, number> {
  return { rows, capacity, deepstack_rows: rows };
}

/** Sizes that every answer needs: of the step that writes one token. */
export const firstTrunkSizes = trunkSizes(1, staticCapacity(1));

/** Sizes of the decoder's graph that stay open: of the prompt's pieces and of single tokens. */
export const openTrunkSizes = 2;

/** What a pass of so many rows writes, and reads where it has no visual features. */
interface PassRoom {
  readonly states: DeviceTensor;
  readonly lastState: DeviceTensor;
  readonly noFeatures: DeviceTensor | undefined;
}

/**
 * The decoder on a device whose graphs have static shapes (dialect `plain`): one for single tokens, one for the pieces of a
 * prompt, both for the largest capacity that was needed so far. Padding comes first, so the last row of what `forward` returns
 * is that of the last token; it is valid until the next `forward`.
 */
export function createStaticLanguageModel(
  trunk: SizedGraph,
  config: DecoderConfig,
  roles: DeviceRoleWeights,
  rows: DeviceRows,
  { cache: cacheType }: Dialect,
): LanguageModel {
  const { hidden, headSize } = config;
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  const rooms = new Map<number, Promise<PassRoom>>();
  let capacity = staticCapacity(1);

  const makeRoom = async (size: number): Promise<PassRoom> => ({
    states: await rows.allocate(size),
    lastState: await rows.allocate(1),
    noFeatures: config.deepstackLevels === 0 ? undefined : await rows.allocate(size),
  });
  const roomFor = (size: number): Promise<PassRoom> => {
    const known = rooms.get(size) ?? makeRoom(size);
    rooms.set(size, known);
    return known;
  };
  const enlarge = (from: DeviceTensor, to: DeviceTensor) => rows.enlarge(from, to);

  return {
    chunkRows: promptRows,
    device: deviceWork(roles, rows, config.vocabulary, scoredTokens),
    createCache: (tokens) => new StaticKvCache(rows.memory, config, cacheType, tokens),
    embed: (role, tokenIds) => roles.embed(role, tokenIds),

    async forward(role, embeddings, positions, cache, deepstack): Promise<ForwardResult> {
      if (!(cache instanceof StaticKvCache))
        throw new EngineError('INTERNAL', 'The cache is not on the device.');
      const count = positions.length / 3;
      const size = count === 1 ? 1 : promptRows;
      const past = cache.length;
      cache.requireRoom(count);
      capacity = Math.max(capacity, cache.capacity);
      const { now, next } = await cache.buffers(capacity, enlarge);
      const { states, lastState, noFeatures } = await roomFor(size);
      const padding = size - count;
      const padded: DeviceTensor[] = [];
      const pad = async (given: Rows): Promise<PlacedTensor> => {
        if (given instanceof Float32Array) return paddedRows(given, hidden, padding);
        if (padding === 0) return given;
        const made = await rows.gather(
          [new Float32Array(hidden), given],
          Int32Array.from({ length: size }, (_, row) => Math.max(0, row - padding + 1)),
        );
        padded.push(made);
        return made;
      };
      const { cos, sin } = stepFeeds(config, positions, past);
      const angles = (table: Tensor | undefined) =>
        paddedRows(table?.data as Float32Array, headSize / 2, padding);
      const feeds: Record<string, PlacedTensor> = {
        embeddings: await pad(embeddings),
        cos: angles(cos),
        sin: angles(sin),
        places: places(size, padding, past),
        ...(await roles.adapterFeeds(role)),
      };
      for (let level = 0; level < config.deepstackLevels; level++) {
        const given = (deepstack as readonly DeviceTensor[] | undefined)?.[level];
        feeds[`deepstack.${level}`] = given === undefined ? (noFeatures as DeviceTensor) : await pad(given);
      }
      for (const layer of layers) {
        feeds[`past_keys.${layer}`] = now[`keys.${layer}`] as DeviceTensor;
        feeds[`past_values.${layer}`] = now[`values.${layer}`] as DeviceTensor;
      }
      try {
        await trunk.run(trunkSizes(size, capacity), feeds, [], { ...next, states, last_state: lastState });
      } finally {
        for (const tensor of padded) tensor.release();
      }
      cache.grow(count);
      return { lastState, preNormStates: states };
    },

    async logits(role, lastState): Promise<Float32Array> {
      const wanted = { ids: [0], outputs: ['logits'] };
      const { logits } = await score(roles, role, lastState, wanted, scoredTokens);
      return logits?.data as Float32Array;
    },
  };
}

/** Rows of zeros, then the given ones. */
function paddedRows(given: Float32Array, width: number, padding: number): PlacedTensor {
  const all = padding === 0 ? given : new Float32Array(padding * width + given.length);
  if (padding > 0) all.set(given, padding * width);
  return float32(all, [all.length / width, width]);
}

/** The place in the cache of each row, −1 for padding (static-attention.ts). */
function places(size: number, padding: number, past: number): PlacedTensor {
  const all = Float32Array.from({ length: size }, (_, row) => (row < padding ? -1 : past + row - padding));
  return float32(all, [size]);
}
