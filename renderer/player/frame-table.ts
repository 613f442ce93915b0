/** One frame of a video: shown from `timeSec` until `endSec`, in presentation seconds. */
export interface Frame {
  readonly index: number;
  readonly timeSec: number;
  readonly endSec: number;
}

/** Presentation times of neighbouring frames, ascending, as the host gives them. */
export interface FrameWindow {
  readonly firstFrameIndex: number;
  readonly timesSec: readonly number[];
}

interface Run {
  readonly first: number;
  readonly times: readonly number[];
}

/** Times that differ by less are the same: seconds come as sums and quotients. */
const sameTimeSec = 1e-6;

/**
 * The frame times that are known so far, in runs of neighbouring frames. A frame whose successor is not known has no
 * known end and is not told; the last frame of the video ends with it.
 */
export class FrameTable {
  #runs: Run[] = [];
  readonly #totalFrames: number;
  readonly #lastEndSec: (lastTimeSec: number) => number;

  /** @param durationSec until when the last frame is shown; a container that says less gets the average length. */
  constructor(totalFrames: number, durationSec: number, fps: number) {
    this.#totalFrames = totalFrames;
    this.#lastEndSec = (last) => (durationSec > last + sameTimeSec ? durationSec : last + 1 / fps);
  }

  /** Adds what became known; windows may overlap. */
  insert(window: FrameWindow): void {
    if (window.timesSec.length === 0) return;
    let added: Run = { first: window.firstFrameIndex, times: window.timesSec };
    const apart: Run[] = [];
    for (const run of this.#runs) {
      const touching = run.first <= endOf(added) && added.first <= endOf(run);
      if (touching) added = joined(run, added);
      else apart.push(run);
    }
    this.#runs = [...apart, added].sort((a, b) => a.first - b.first);
  }

  /** The frame of this index, if it and its end are known. */
  frame(index: number): Frame | undefined {
    const run = this.#runs.find((each) => index >= each.first && index < endOf(each));
    return run && this.#frameOf(run, index - run.first);
  }

  /** The frame shown at a time; before the first frame that is the first one. */
  frameAt(timeSec: number): Frame | undefined {
    const time = timeSec + sameTimeSec;
    for (const run of this.#runs) {
      const begin = run.times[0];
      if (begin === undefined || (time < begin && run.first !== 0)) continue;
      const frame = this.#frameOf(run, Math.max(0, lastAtOrBefore(run.times, time)));
      if (frame && (time < frame.endSec || frame.index === this.#totalFrames - 1)) return frame;
    }
    return undefined;
  }

  /** Known times of frames between two times, ascending, the first and last included. */
  timesBetween(startSec: number, endSec: number): number[] {
    return this.#runs.flatMap((run) => {
      const from = Math.max(0, lastAtOrBefore(run.times, startSec));
      const until = lastAtOrBefore(run.times, endSec + sameTimeSec);
      return run.times.slice(from, until + 1).filter((time) => time >= startSec - sameTimeSec);
    });
  }

  #frameOf(run: Run, place: number): Frame | undefined {
    const timeSec = run.times[place];
    if (timeSec === undefined) return undefined;
    const index = run.first + place;
    const last = index === this.#totalFrames - 1;
    const endSec = run.times[place + 1] ?? (last ? this.#lastEndSec(timeSec) : undefined);
    return endSec === undefined ? undefined : { index, timeSec, endSec };
  }
}

/** A time at which, sought, a player surely shows this frame: the middle of its interval. */
export function seekTargetSec(frame: Frame): number {
  return frame.timeSec + (frame.endSec - frame.timeSec) / 2;
}

function endOf(run: Run): number {
  return run.first + run.times.length;
}

function joined(a: Run, b: Run): Run {
  const [early, late] = a.first <= b.first ? [a, b] : [b, a];
  if (endOf(late) <= endOf(early)) return early;
  return { first: early.first, times: [...early.times.slice(0, late.first - early.first), ...late.times] };
}

/** Place of the last value that is not greater, or -1. */
function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
