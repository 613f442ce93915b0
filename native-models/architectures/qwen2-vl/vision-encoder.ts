import type { Frame, FrameSize } from '../../media/video.ts';
import type { Role } from '../../protocol/roles.ts';
import { float32, type Feeds, type Session } from '../../runtime/runtime.ts';
import type { VisionEncoder } from '../vision-language-model.ts';
import type { Qwen2VlConfig } from './config.ts';
import { framePatches } from './patches.ts';
import { visionRotary } from './rotary.ts';

/** Adapter matrices of the tower by role, and the name that cache keys use for them. */
export interface VisionAdapters {
  /** Feeds of the tower's adapter inputs for a role; zeros for a role without such an adapter. */
  feeds(role: Role): Feeds;
  /** Names what the features depend on beside frames and size. */
  key(role: Role): string;
}

/** Runs the vision tower. */
export function createVisionEncoder(
  session: Session,
  config: Qwen2VlConfig,
  adapters: VisionAdapters,
): VisionEncoder {
  return {
    weightsKey: (role) => adapters.key(role),
    async encode(role: Role, frames: readonly Frame[], size: FrameSize): Promise<Float32Array[]> {
      const { vision } = config;
      const pairs = frames.length / vision.temporalPatchSize;
      const grid = { lines: size.height / vision.patchSize, columns: size.width / vision.patchSize };
      const patchesPerPair = grid.lines * grid.columns;
      const tokensPerPair = patchesPerPair / vision.mergeSize ** 2;
      const patches = framePatches(config, frames, size);
      const rotary = visionRotary(vision, grid);
      const positions = BigInt64Array.from({ length: pairs * patchesPerPair }, (_, index) =>
        BigInt(index % patchesPerPair),
      );
      const { features } = await session.run(
        {
          patches: float32(patches, [pairs * patchesPerPair, patches.length / (pairs * patchesPerPair)]),
          cos: float32(rotary.cos, [patchesPerPair, vision.headSize / 2]),
          sin: float32(rotary.sin, [patchesPerPair, vision.headSize / 2]),
          positions: { type: 'int64', dims: [pairs, patchesPerPair], data: positions },
          ...adapters.feeds(role),
        },
        ['features'],
      );
      const rows = features?.data as Float32Array;
      const pairSize = tokensPerPair * vision.output;
      return Array.from({ length: pairs }, (_, pair) => rows.slice(pair * pairSize, (pair + 1) * pairSize));
    },
  };
}
