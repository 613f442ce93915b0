import { fixedText } from '../../python-text/format-text.ts';

/** When each frame pair was: the mean of its two frames (a last one without a partner stands twice), index ÷ average rate. */
export function pairSeconds(frameIndices: readonly number[], fps: number): number[] {
  return Array.from({ length: Math.ceil(frameIndices.length / 2) }, (_, pair) => {
    const first = frameIndices[2 * pair] ?? 0;
    const second = frameIndices[2 * pair + 1] ?? first;
    return (first / fps + second / fps) / 2;
  });
}

/** A pair's stamp in the text, as Qwen3-VL was trained with it, e.g. `<0.2 seconds>`. */
export function stampText(seconds: number): string {
  return `<${fixedText(seconds, 1)} seconds>`;
}

/** Seconds from one frame pair to the next, as if they were spread evenly; undefined of a single one. */
export function secondsBetweenPairs(pairSec: readonly number[]): number | undefined {
  const [first = 0, last = 0] = [pairSec[0], pairSec.at(-1)];
  return pairSec.length < 2 ? undefined : (last - first) / (pairSec.length - 1);
}
