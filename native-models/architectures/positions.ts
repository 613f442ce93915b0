import type { GridTHW, NetworkShape, RotaryPositions, ShownBlocks } from './vision-language-model.ts';

/** A block of visual tokens, one after another in the sequence. */
export interface PositionBlock {
  readonly grid: GridTHW;
  /** Position of each temporal patch, counted from the block's start, ascending from 0. */
  readonly times: readonly number[];
}

/** The blocks of a sequence, videos and images apart, each in order. */
export interface PositionBlocks {
  readonly videos: readonly PositionBlock[];
  readonly images: readonly PositionBlock[];
}

/** What the position rule has to know of the network. */
type PositionTokens = Pick<NetworkShape, 'mergeSize'> & {
  readonly tokens: Pick<NetworkShape['tokens'], 'visionStart' | 'videoPad' | 'imagePad'>;
};

/**
 * Three-row rotary positions: text counts on in all rows; a block starts where the text before it stopped, its time row
 * follows `times`, the others lines and columns, and text goes on after the largest of all three (Qwen2-VL, section 2.1).
 *
 * A block counts as one only where its first pad token directly follows a vision start. It is taken as t × h × w tokens
 * from that first pad token on, whatever tokens they are: the two that VideoMind's verifier inserts shift the positions
 * against the visual tokens, as its checkpoints were trained, and a block that begins with an inserted token is plain text.
 */
export function rotaryPositions(
  tokenIds: readonly number[],
  blocks: PositionBlocks,
  { tokens, mergeSize }: PositionTokens,
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
  const waiting = [
    { pad: tokens.videoPad, blocks: blocks.videos },
    { pad: tokens.imagePad, blocks: blocks.images },
  ].map(({ pad, blocks: all }) => ({
    pad,
    blocks: all.slice(0, countBlocks(tokenIds, tokens.visionStart, pad)),
  }));
  for (;;) {
    const first = waiting
      .filter((kind) => kind.blocks.length > 0)
      .map((kind) => ({ kind, start: tokenIds.indexOf(kind.pad, at) }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start - b.start)[0];
    const block = first?.kind.blocks.shift();
    if (first === undefined || block === undefined) break;
    const [, patchLines, patchColumns] = block.grid;
    const lines = patchLines / mergeSize;
    const columns = patchColumns / mergeSize;
    const cells = lines * columns;
    textUntil(first.start);
    const blockEnd = Math.min(length, at + block.times.length * cells);
    for (let cell = 0; at < blockEnd; at++, cell++) {
      const withinPair = cell % cells;
      place(
        at,
        next + (block.times[Math.floor(cell / cells)] ?? 0),
        next + Math.floor(withinPair / columns),
        next + (withinPair % columns),
      );
    }
    next += Math.max((block.times.at(-1) ?? 0) + 1, lines, columns);
  }
  textUntil(length);
  return { positions, ropeDelta: next - length };
}

/** Times that count the temporal patches: 0, 1, … */
export function countedTimes([pairs]: GridTHW): number[] {
  return Array.from({ length: pairs }, (_, pair) => pair);
}

/** The blocks of a sequence with times that count pairs: what Qwen2-VL does with videos, and every family with images. */
export function countedBlocks({ videos, images = [] }: ShownBlocks): PositionBlocks {
  const counted = ({ grid }: { readonly grid: GridTHW }) => ({ grid, times: countedTimes(grid) });
  return { videos: videos.map(counted), images: images.map(counted) };
}

function countBlocks(tokenIds: readonly number[], visionStart: number, pad: number): number {
  return tokenIds.filter((id, index) => id === pad && tokenIds[index - 1] === visionStart).length;
}
