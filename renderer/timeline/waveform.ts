import { pxPerSec, secToPx, type ViewWindow } from './view-window.ts';

/** The peaks of a sound at one resolution, as far as they are known: lowest and highest sample in turns, 16 bits. */
export interface WaveformLevel {
  readonly perSec: number;
  readonly peaks: Int16Array;
  /** How many peaks are known. */
  readonly count: number;
}

const fullScale = 32_768;

/** The level for a view: the coarsest that has a peak for each pixel, else the finest. @param perSecs ascending */
export function levelFor(view: ViewWindow, perSecs: readonly number[]): number {
  const perSec = pxPerSec(view);
  return perSecs.find((each) => each >= perSec) ?? perSecs.at(-1) ?? 1;
}

/**
 * For each pixel of a view the lowest and the highest of the sound's peaks in it, −1..1, two numbers each; NaN where none is
 * known. Whatever a pixel covers counts, so that no click is lost.
 * @param levels the one that is wanted first; others stand in where it is not known yet
 */
export function waveformColumns(levels: readonly WaveformLevel[], view: ViewWindow): Float32Array {
  const widthPx = Math.ceil(view.widthPx);
  const columns = new Float32Array(2 * widthPx).fill(NaN);
  const secPerPx = 1 / pxPerSec(view);
  const firstPx = Math.max(0, Math.floor(secToPx(view, 0)));
  for (let x = firstPx; x < widthPx; x += 1) {
    const fromSec = view.startSec + x * secPerPx;
    const level = levels.find(({ count, perSec }) => fromSec * perSec < count);
    if (level === undefined) continue;
    const { perSec, peaks, count } = level;
    const from = Math.max(0, Math.floor(fromSec * perSec));
    const until = Math.min(count, Math.max(from + 1, Math.ceil((fromSec + secPerPx) * perSec)));
    let low = 0;
    let high = 0;
    for (let place = from; place < until; place += 1) {
      low = Math.min(low, peaks[2 * place] ?? 0);
      high = Math.max(high, peaks[2 * place + 1] ?? 0);
    }
    columns[2 * x] = low / fullScale;
    columns[2 * x + 1] = high / fullScale;
  }
  return columns;
}

/** How far from the middle a sample is drawn, 0..1: quiet speech, a hundredth of full scale, is still to be seen. */
export function heightOf(sample: number): number {
  return Math.sqrt(Math.min(1, Math.abs(sample)));
}
