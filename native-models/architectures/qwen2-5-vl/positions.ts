import { countedBlocks, countedTimes, rotaryPositions } from '../positions.ts';
import type { NetworkShape, RotaryPositions, ShownBlocks } from '../vision-language-model.ts';

/**
 * Positions of Qwen2.5-VL: the time row of a video advances with the seconds, `tokensPerSecond` a second, in float32 cut to
 * a whole position at the end. `whole` seconds are cut before they are multiplied, as transformers up to 4.57 did: pairs
 * less than a second apart then all stand at the same time. A video without seconds per pair counts as one pair a second.
 */
export function timedPositions(
  tokenIds: readonly number[],
  blocks: ShownBlocks,
  shape: NetworkShape,
  tokensPerSecond: number,
): RotaryPositions {
  const videos = blocks.videos.map(({ grid, secondsPerPair = 1 }) => {
    const exact = Math.fround(secondsPerPair);
    const seconds = blocks.secondsRule === 'whole' ? Math.trunc(exact) : exact;
    return {
      grid,
      times: countedTimes(grid).map((pair) =>
        Math.trunc(Math.fround(Math.fround(pair * seconds) * tokensPerSecond)),
      ),
    };
  });
  return rotaryPositions(tokenIds, { ...countedBlocks(blocks), videos }, shape);
}
