import { countedBlocks, rotaryPositions } from '../positions.ts';
import type { NetworkShape, RotaryPositions, ShownBlocks } from '../vision-language-model.ts';

/** Positions of Qwen3-VL: each frame pair is a block of its own with one time step; when it was stands in the text. */
export function pairwisePositions(
  tokenIds: readonly number[],
  blocks: ShownBlocks,
  shape: NetworkShape,
): RotaryPositions {
  const videos = blocks.videos.flatMap(({ grid: [pairs, lines, columns] }) =>
    Array.from({ length: pairs }, () => ({ grid: [1, lines, columns] as const, times: [0] })),
  );
  return rotaryPositions(tokenIds, { ...countedBlocks(blocks), videos }, shape);
}
