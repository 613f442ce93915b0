import { countedBlocks, rotaryPositions } from '../positions.ts';
import type { FamilyTraits, NetworkShape } from '../vision-language-model.ts';

/** What an agent has to know of Qwen2-VL: pairs are told apart by their order alone. */
export function qwen2VlTraits(shape: NetworkShape): FamilyTraits {
  return {
    name: 'qwen2-vl',
    pairTimes: 'order',
    clipSizing: {
      factor: shape.patchSize * shape.mergeSize,
      minPixels: 3136,
      maxPixels: 12_845_056,
      limitsCount: 'frame',
      values: 'bytes',
    },
    positions: (tokenIds, blocks) => rotaryPositions(tokenIds, countedBlocks(blocks), shape),
  };
}
