/** A video's patch grid: temporal patches, lines and columns of patches before merging. */
export type GridTHW = readonly [number, number, number];

/** Rotary positions of a token sequence. */
export interface RotaryPositions {
  /** (3, sequence) row-major: time, height, width. */
  readonly positions: Int32Array;
  /** A generated token's position, in all rows, is its index in the sequence plus this. */
  readonly ropeDelta: number;
}

/** What the position rule has to know of the network. */
export interface PositionRule {
  readonly visionStart: number;
  readonly videoPad: number;
  /** Patches a side that are merged into one visual token. */
  readonly mergeSize: number;
}

/**
 * Three-row rotary positions (M-RoPE; Qwen2-VL, section 2.1).
 *
 * A video counts as one only where its first pad token directly follows a vision start. Its block is taken as
 * t × h × w tokens from that first pad token on, whatever tokens they are: the two that the verifier inserts shift the
 * positions against the visual tokens, as the checkpoints were trained, and a block that begins with an inserted token
 * is plain text. `grids` has the patch grid of each video in order.
 */
export function rotaryPositions(
  tokenIds: readonly number[],
  grids: readonly GridTHW[],
  rule: PositionRule,
): RotaryPositions {
  const length = tokenIds.length;
  const positions = new Int32Array(3 * length); // (3, sequence)
  const place = (index: number, time: number, line: number, column: number) => {
    positions[index] = time;
    positions[length + index] = line;
    positions[2 * length + index] = column;
  };
  let next = 0; // position of the next token of text
  let at = 0;
  const textUntil = (end: number) => {
    for (; at < end; at++, next++) place(at, next, next, next);
  };
  for (const [pairs, patchLines, patchColumns] of grids.slice(0, countVideos(tokenIds, rule))) {
    const lines = patchLines / rule.mergeSize;
    const columns = patchColumns / rule.mergeSize;
    const cells = lines * columns;
    textUntil(tokenIds.indexOf(rule.videoPad, at));
    const start = next;
    const blockEnd = Math.min(length, at + pairs * cells);
    for (let cell = 0; at < blockEnd; at++, cell++) {
      const withinPair = cell % cells;
      place(
        at,
        start + Math.floor(cell / cells),
        start + Math.floor(withinPair / columns),
        start + (withinPair % columns),
      );
    }
    next = start + Math.max(pairs, lines, columns);
  }
  textUntil(length);
  return { positions, ropeDelta: next - length };
}

function countVideos(tokenIds: readonly number[], rule: PositionRule): number {
  return tokenIds.filter((id, index) => id === rule.videoPad && tokenIds[index - 1] === rule.visionStart)
    .length;
}
