import { createHash } from 'node:crypto';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import type { FrameSize } from '../../media/video.ts';

/**
 * Bounds within which two frame pairs are taken as equal at `--speed fast`, as mean absolute differences of their values (0 to
 * 255): of all of both frames, and of the cell that differs most, which is what the tower makes one token of. What they cost is
 * measured in docs/benchmarks.md.
 */
export const likenessBounds = { mean: 0.5, cell: 6 } as const;

/** With so many pairs each new one is compared: those that were encoded last, or that others were like. */
const mostAnchors = 8;

/** A name for what a pair shows: equal names, equal values. */
export function contentName(frames: readonly TowerFrame[]): string {
  const digest = createHash('sha256');
  for (const { rgb } of frames) digest.update(rgb);
  return digest.digest('base64url');
}

interface Anchor {
  readonly scope: string;
  readonly name: string;
  readonly frames: readonly TowerFrame[];
}

/** Finds, among pairs that were encoded lately, one that a new pair is so like that it may stand for it. */
export class PairLikeness {
  readonly #cellPixels: number;
  /** Used last: first. */
  #anchors: Anchor[] = [];

  /** @param cellPixels Side of what becomes one token. */
  constructor(cellPixels: number) {
    this.#cellPixels = cellPixels;
  }

  /** The content of a pair that these frames are like; undefined if there is none. Scopes keep videos and sizes apart. */
  find(scope: string, frames: readonly TowerFrame[], size: FrameSize): string | undefined {
    const found = this.#anchors.find(
      (anchor) => anchor.scope === scope && areAlike(anchor.frames, frames, size, this.#cellPixels),
    );
    if (found !== undefined) this.#anchors = [found, ...this.#anchors.filter((anchor) => anchor !== found)];
    return found?.name;
  }

  /** Notes a pair that is encoded. */
  add(scope: string, name: string, frames: readonly TowerFrame[]): void {
    this.#anchors = [{ scope, name, frames }, ...this.#anchors].slice(0, mostAnchors);
  }

  clear(): void {
    this.#anchors = [];
  }
}

/** Whether no more than the bounds lies between two pairs of a size. */
export function areAlike(
  one: readonly TowerFrame[],
  other: readonly TowerFrame[],
  { height, width }: FrameSize,
  cellPixels: number,
): boolean {
  const columns = Math.ceil(width / cellPixels);
  const mostInAll = likenessBounds.mean * one.length * height * width * 3;
  let inAll = 0;
  for (let top = 0; top < height; top += cellPixels) {
    const bottom = Math.min(height, top + cellPixels);
    const cells = new Float64Array(columns);
    for (const [index, { rgb }] of one.entries()) {
      const others = other[index]?.rgb;
      if (others === undefined) return false;
      for (let line = top; line < bottom; line++) {
        for (let column = 0; column < columns; column++) {
          const from = (line * width + column * cellPixels) * 3;
          const to = (line * width + Math.min(width, (column + 1) * cellPixels)) * 3;
          let sum = 0;
          for (let at = from; at < to; at++) sum += Math.abs((rgb[at] ?? 0) - (others[at] ?? 0));
          cells[column] = (cells[column] ?? 0) + sum;
        }
      }
    }
    for (const [column, sum] of cells.entries()) {
      const cellWidth = Math.min(width, (column + 1) * cellPixels) - column * cellPixels;
      if (sum > likenessBounds.cell * one.length * (bottom - top) * cellWidth * 3) return false;
      inAll += sum;
    }
    if (inAll > mostInAll) return false;
  }
  return true;
}
