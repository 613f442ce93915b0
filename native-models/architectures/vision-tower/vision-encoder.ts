import type { FrameSize } from '../../media/video.ts';
import type { Role } from '../../protocol/roles.ts';
import { float32, type Session } from '../../runtime/runtime.ts';
import type { VisionAdapters } from '../architecture-family.ts';
import type { TowerFrame, VisionEncoder } from '../vision-language-model.ts';
import { patchLength, type PixelScale, type VisionConfig } from './config.ts';
import { patchOrder } from './patch-order.ts';
import { framePatches } from './patches.ts';
import { patchGrid, towerFeeds } from './tower-feeds.ts';

/** Patches of the pairs that are encoded together: more gain nothing and are longer waited for (bench/demo-quality/pairs-at-once.ts). */
const patchesAtOnce = 256;

/** Frame pairs of a size that are encoded together. */
export function pairsAtOnce(config: VisionConfig, size: FrameSize): number {
  const { lines, columns } = patchGrid(config, size);
  return Math.max(1, Math.floor(patchesAtOnce / (lines * columns)));
}

/** Runs the vision tower. */
export function createVisionEncoder(
  session: Session,
  config: VisionConfig,
  scale: PixelScale,
  adapters: VisionAdapters,
): VisionEncoder {
  const outputs = ['features', ...config.deepstackBlocks.map((_, level) => `deepstack.${level}`)];
  return {
    weightsKey: (role) => adapters.key(role),
    pairsAtOnce: (size) => pairsAtOnce(config, size),
    async encode(role: Role, frames: readonly TowerFrame[], size: FrameSize): Promise<Float32Array[]> {
      const pairs = frames.length / config.temporalPatchSize;
      const patches = framePatches(config, scale, frames, size);
      const feeds = towerFeeds(config, size, pairs);
      const results = await session.run(
        {
          patches: float32(patches, [patches.length / patchLength(config), patchLength(config)]),
          ...feeds.blocks,
          ...feeds.windows,
          ...feeds.embedding,
          ...(await adapters.feeds(role)),
        },
        outputs,
      );
      const levels = outputs.map((name) => results[name]?.data as Float32Array);
      return pairFeatures(config, levels, size);
    },
  };
}

/** The rows of each pair at each level, cells put back line by line: (levels, cells, width) a pair. */
export function pairFeatures(
  config: VisionConfig,
  levels: readonly Float32Array[],
  size: FrameSize,
): Float32Array[] {
  const { cells } = patchOrder(config, patchGrid(config, size));
  const width = config.output;
  const pairs = (levels[0]?.length ?? 0) / (cells.length * width);
  return Array.from({ length: pairs }, (_, pair) => {
    const features = new Float32Array(levels.length * cells.length * width);
    for (const [level, rows] of levels.entries()) {
      for (const [index, cell] of cells.entries()) {
        const from = (pair * cells.length + index) * width;
        features.set(rows.subarray(from, from + width), (level * cells.length + cell) * width);
      }
    }
    return features;
  });
}
