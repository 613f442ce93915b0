import { roundHalfEven } from '../../media/round-half-even.ts';

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
  return `<${oneDecimal(seconds)} seconds>`;
}

/**
 * A number with one decimal as Python formats it: exact ties go to the even digit, 0.25 → 0.2. (`toFixed` is exact too, but
 * takes ties up. Only odd quarters are ties, since all others have no exact binary form; ten times them is exact.)
 */
export function oneDecimal(value: number): string {
  const isTie = Math.abs(value * 4) % 2 === 1;
  return (isTie ? roundHalfEven(value * 10) / 10 : value).toFixed(1);
}
