import { peakBytes, peaksPerSec } from '../../electron/host/contract/waveform.ts';
import type { ViewWindow } from './view-window.ts';
import { levelFor, type WaveformLevel } from './waveform.ts';

/** Where the peaks of a level come from: its address. */
export type WaveformUrl = (perSec: number) => string;

/**
 * The peaks of a video's sound: each level is fetched when a view first needs it, and shown as it comes. Peaks that are not
 * there when they are wanted come from the level that is. One that is being made ties up a connection, of which browsers have
 * few: as another one comes it is let go, what came of it stays, and it is fetched anew when it is wanted.
 */
export class WaveformLoader {
  readonly #url: WaveformUrl;
  readonly #changed: () => void;
  readonly #levels = new Map<number, GrowingLevel>();
  #hasEnded = false;
  #hasFailed = false;

  /** @param changed told when more is known */
  constructor(url: WaveformUrl, changed: () => void) {
    this.#url = url;
    this.#changed = changed;
  }

  /** Whether the sound cannot be read. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether all that this view needs has come. */
  isComplete(view: ViewWindow): boolean {
    return this.#hasFailed || this.#levels.get(levelFor(view, peaksPerSec))?.isWhole === true;
  }

  /** The levels for a view, the best one first; what is missing is fetched. */
  levels(view: ViewWindow): readonly WaveformLevel[] {
    const wanted = levelFor(view, peaksPerSec);
    const isLeft = this.#levels.get(wanted)?.stop.signal.aborted ?? true;
    if (isLeft && !this.#hasFailed && !this.#hasEnded) {
      const level = new GrowingLevel(wanted);
      this.#levels.set(wanted, level);
      void this.#fetch(level);
    }
    // Of the others the finest is the nearest to what is wanted.
    const others = [...this.#levels.values()].toSorted((one, other) => other.perSec - one.perSec);
    return others.toSorted((one, other) => Number(other.perSec === wanted) - Number(one.perSec === wanted));
  }

  /** Fetches nothing more. */
  end(): void {
    this.#hasEnded = true;
    for (const level of this.#levels.values()) level.stop.abort();
  }

  async #fetch(level: GrowingLevel): Promise<void> {
    const { signal } = level.stop;
    try {
      const answer = await fetch(this.#url(level.perSec), { signal });
      if (!answer.ok || answer.body === null) throw new Error(answer.statusText);
      const reader = answer.body.getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        // Not before: the work on them would stop, and begin anew for this one.
        if (level.count === 0) this.#letGoOfOthers(level);
        level.add(piece.value);
        this.#changed();
      }
      level.isWhole = true;
    } catch {
      if (!signal.aborted) this.#hasFailed = true;
    }
    if (!this.#hasEnded) this.#changed();
  }

  #letGoOfOthers(level: GrowingLevel): void {
    for (const other of this.#levels.values()) if (other !== level && !other.isWhole) other.stop.abort();
  }
}

/** Peaks as they come, in pieces that end anywhere. */
class GrowingLevel implements WaveformLevel {
  readonly perSec: number;
  readonly stop = new AbortController();
  isWhole = false;
  peaks = new Int16Array(32 * 1024);
  #bytes = new Uint8Array(this.peaks.buffer);
  #filled = 0;

  constructor(perSec: number) {
    this.perSec = perSec;
  }

  get count(): number {
    return Math.floor(this.#filled / peakBytes);
  }

  add(piece: Uint8Array): void {
    const needed = this.#filled + piece.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, needed + (needed % 2)));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
      this.peaks = new Int16Array(larger.buffer);
    }
    this.#bytes.set(piece, this.#filled);
    this.#filled = needed;
  }
}
