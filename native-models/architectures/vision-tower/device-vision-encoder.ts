import type { FrameSize } from '../../media/video.ts';
import type { Role } from '../../protocol/roles.ts';
import { float32, int64, type DeviceTensor, type PlacedTensor } from '../../runtime/runtime.ts';
import type { DeviceVisionAdapters } from '../architecture-family.ts';
import type { DeviceRows, Rows } from '../device-rows.ts';
import type { Dialect } from '../layers/dialect.ts';
import type { SizedGraph } from '../sized-graph.ts';
import type { TowerFrame, VisionEncoder } from '../vision-language-model.ts';
import { patchLength, type PixelScale, type VisionConfig } from './config.ts';
import { patchOrder } from './patch-order.ts';
import { framePatches } from './patches.ts';
import { patchGrid, towerFeeds } from './tower-feeds.ts';
import { pairsAtOnce } from './vision-encoder.ts';

/**
 * Sizes of clips for which the tower stays compiled in dialect `plain`: those of a question about one video, whose roles see it
 * in two sizes.
 */
export const openTowerSizes = 2;

/** Runs the vision tower on a device: patches go there, features stay there. */
export function createDeviceVisionEncoder(
  tower: SizedGraph,
  config: VisionConfig,
  scale: PixelScale,
  adapters: DeviceVisionAdapters,
  { rows, dialect }: { readonly rows: DeviceRows; readonly dialect: Dialect },
): VisionEncoder {
  const levels = 1 + config.deepstackBlocks.length;
  return {
    weightsKey: (role) => adapters.key(role),
    // Another number of pairs would be another graph to compile.
    pairsAtOnce: (size) => (dialect.name === 'plain' ? 1 : pairsAtOnce(config, size)),
    async encode(role: Role, frames: readonly TowerFrame[], size: FrameSize): Promise<Rows[]> {
      const pairs = frames.length / config.temporalPatchSize;
      const patches = framePatches(config, scale, frames, size);
      const given = towerFeeds(config, size, pairs);
      const patchRows = patches.length / patchLength(config);
      const { cells } = patchOrder(config, patchGrid(config, size));
      const feeds: Record<string, PlacedTensor> = {
        ...given.blocks,
        ...given.windows,
        ...given.embedding,
        patches: float32(patches, [patchRows, patchLength(config)]),
        pair_shape: int64([pairs, patchRows / pairs, config.width], [3]),
        token_rows: tokenRows(cells, pairs, levels),
        ...(await adapters.feeds(role)),
      };
      const all = await rows.allocate(levels * pairs * cells.length);
      const [windows = 0, windowPatches = 0] = given.windows['window_rows']?.dims ?? [];
      const sizes = {
        pairs,
        patches: patchRows,
        pair_patches: patchRows / pairs,
        level_tokens: levels * pairs * cells.length,
        windows,
        window_patches: windowPatches,
      };
      await tower.run(sizes, feeds, [], { pair_features: all });
      return pairs === 1 ? [all] : await splitPairs(rows, all, pairs);
    },
  };
}

async function splitPairs(rows: DeviceRows, all: DeviceTensor, pairs: number): Promise<DeviceTensor[]> {
  const each = (all.dims[0] ?? 0) / pairs;
  const split: DeviceTensor[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    split.push(
      await rows.gather(
        [all],
        Int32Array.from({ length: each }, (_, row) => pair * each + row),
      ),
    );
  }
  all.release();
  return split;
}

/** For each row of the pairs' features, (pair, level, cell) line by line, the row of the levels put one after another. */
function tokenRows(cells: Int32Array, pairs: number, levels: number): PlacedTensor {
  const data = new Int32Array(pairs * levels * cells.length);
  for (let pair = 0; pair < pairs; pair++) {
    for (let level = 0; level < levels; level++) {
      for (const [index, cell] of cells.entries()) {
        data[(pair * levels + level) * cells.length + cell] = (level * pairs + pair) * cells.length + index;
      }
    }
  }
  return { type: 'int32', dims: [data.length], data };
}
