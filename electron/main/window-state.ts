import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../host/files/write-atomically.ts';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
const windowStateSchema = z.object({ bounds: boundsSchema, maximized: z.boolean() });

/** A rectangle on the desktop, in pixels of the screen's scale. */
export type Bounds = z.infer<typeof boundsSchema>;
/** Where a window was and whether it filled its screen. */
export type WindowState = z.infer<typeof windowStateSchema>;

const smallest = { width: 960, height: 600 };
const first = { width: 1440, height: 900 };
/** This much of a window must be within reach to be dragged. */
const reachable = { width: 120, height: 40 };

/**
 * Where a window opens: where it was, if enough of it lies on a screen that is there, else in the middle of the first.
 * @param workAreas of the present displays, the primary one first.
 */
export function placeWindow(
  state: WindowState | undefined,
  workAreas: readonly Bounds[],
): WindowState & { readonly smallest: typeof smallest } {
  const [primary = { x: 0, y: 0, ...first }] = workAreas;
  const home = workAreas.find((area) => state !== undefined && isWithinReach(state.bounds, area));
  if (state === undefined || home === undefined) {
    const width = Math.min(first.width, primary.width);
    const height = Math.min(first.height, primary.height);
    const x = primary.x + Math.round((primary.width - width) / 2);
    const y = primary.y + Math.round((primary.height - height) / 2);
    return { bounds: { x, y, width, height }, maximized: state?.maximized ?? false, smallest };
  }
  const width = Math.min(Math.max(state.bounds.width, smallest.width), home.width);
  const height = Math.min(Math.max(state.bounds.height, smallest.height), home.height);
  return { bounds: { ...state.bounds, width, height }, maximized: state.maximized, smallest };
}

/** True when the window's title can be seen and dragged. */
function isWithinReach(bounds: Bounds, area: Bounds): boolean {
  const overlap = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  const titleAt = bounds.y - area.y;
  return overlap >= reachable.width && titleAt >= 0 && titleAt <= area.height - reachable.height;
}

/** Frames of window managers are no thicker than this. */
const thickestFrame = 64;

/**
 * How far a window manager pushed a window when it put its frame around it (X11: the place that is asked for is the
 * frame's, the one that is told the content's). What is kept has to be without it, or the window drifts with each start.
 * @param asked where it was to open.
 * @param told where it is said to be once it is shown.
 */
export function frameShift(asked: Bounds, told: Bounds): { readonly x: number; readonly y: number } {
  const [x, y] = [told.x - asked.x, told.y - asked.y];
  const isFrame = told.width === asked.width && told.height === asked.height;
  return isFrame && [x, y].every((by) => by >= 0 && by <= thickestFrame) ? { x, y } : { x: 0, y: 0 };
}

/** Keeps where the window is, from one start to the next. */
export class WindowStateFile {
  readonly #filePath: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(filePath: string) {
    this.#filePath = filePath;
  }

  /** Where the window was; undefined when that is not known or not readable. */
  async read(): Promise<WindowState | undefined> {
    await this.#writing;
    try {
      return windowStateSchema.parse(JSON.parse(await readFile(this.#filePath, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Begins to write; what cannot be written is not worth a word. */
  write(state: WindowState): void {
    const write = (): Promise<void> => writeAtomically(this.#filePath, `${JSON.stringify(state)}\n`);
    this.#writing = this.#writing.then(write).catch(() => undefined);
  }

  /** Resolves when all that was begun is written. */
  async written(): Promise<void> {
    await this.#writing;
  }
}
