import type { PatchGrid, VisionConfig } from './config.ts';

/** Line and column of a patch. */
export type PatchPlace = readonly [number, number];

/** How the patches of one frame pair stand in the tower. */
export interface PatchOrder {
  /** Patches in the order in which the tower reads them: merge × merge of a cell together, inside a cell line by line. */
  readonly places: readonly PatchPlace[];
  /** For each cell in the tower's order its index line by line. */
  readonly cells: Int32Array;
  /** Cells of each window, in order; one window without windowed blocks. */
  readonly windowSizes: readonly number[];
}

/**
 * The order of a frame pair's patches: cells line by line, or, for a tower with windows, window by window, line by line
 * inside each. Windows at the right and lower edge are as small as they come out.
 */
export function patchOrder({ mergeSize, windows }: VisionConfig, grid: PatchGrid): PatchOrder {
  const lines = grid.lines / mergeSize;
  const columns = grid.columns / mergeSize;
  const side = windows?.cells ?? Math.max(lines, columns);
  const cells: number[] = [];
  const windowSizes: number[] = [];
  for (let top = 0; top < lines; top += side) {
    for (let left = 0; left < columns; left += side) {
      const before = cells.length;
      for (let line = top; line < Math.min(top + side, lines); line++) {
        for (let column = left; column < Math.min(left + side, columns); column++) {
          cells.push(line * columns + column);
        }
      }
      windowSizes.push(cells.length - before);
    }
  }
  return {
    places: cells.flatMap((cell) => cellPatches(Math.floor(cell / columns), cell % columns, mergeSize)),
    cells: Int32Array.from(cells),
    windowSizes,
  };
}

function cellPatches(line: number, column: number, merge: number): PatchPlace[] {
  return Array.from({ length: merge * merge }, (_, index) => [
    line * merge + Math.floor(index / merge),
    column * merge + (index % merge),
  ]);
}
