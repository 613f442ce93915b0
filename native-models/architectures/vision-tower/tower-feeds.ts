import type { FrameSize } from '../../media/video.ts';
import { float32, type Feeds } from '../../runtime/runtime.ts';
import type { PatchGrid, VisionConfig } from './config.ts';
import { patchOrder } from './patch-order.ts';
import { gridFeeds } from './position-grid.ts';
import { visionRotary } from './rotary.ts';
import { windowFeeds } from './windows.ts';

/** What the tower's parts are fed beside their state, for some frame pairs of one size. */
export interface TowerFeeds {
  /** Of every block. */
  readonly blocks: Feeds;
  /** Of windowed blocks, beside `blocks`; none for a tower without. */
  readonly windows: Feeds;
  /** Of the patch embedding. */
  readonly embedding: Feeds;
}

export function patchGrid({ patchSize }: VisionConfig, size: FrameSize): PatchGrid {
  return { lines: size.height / patchSize, columns: size.width / patchSize };
}

export function towerFeeds(config: VisionConfig, size: FrameSize, pairs: number): TowerFeeds {
  const grid = patchGrid(config, size);
  const order = patchOrder(config, grid);
  const patches = order.places.length;
  const { cos, sin } = visionRotary(config, order.places);
  const positions = BigInt64Array.from({ length: pairs * patches }, (_, index) => BigInt(index % patches));
  return {
    blocks: {
      cos: float32(cos, [patches, config.headSize / 2]),
      sin: float32(sin, [patches, config.headSize / 2]),
      positions: { type: 'int64', dims: [pairs, patches], data: positions },
    },
    windows: config.windows === undefined ? {} : windowFeeds(config, order, pairs),
    embedding:
      config.positionGridSide === undefined ? {} : gridFeeds(config.positionGridSide, grid, order.places),
  };
}
