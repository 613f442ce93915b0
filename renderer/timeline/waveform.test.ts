import { describe, expect, it } from 'vitest';
import { panned, wholeVideo, zoomed } from './view-window.ts';
import { heightOf, levelFor, waveformColumns, type WaveformLevel } from './waveform.ts';

/** A sound of these loudnesses, alike above and below. */
function level(perSec: number, loudness: readonly number[]): WaveformLevel {
  const peaks = Int16Array.from(loudness.flatMap((share) => [-share * 32_768, share * 32_767]));
  return { perSec, peaks, count: loudness.length };
}

const twoHours = wholeVideo(7200, 25, 1000);

describe('the waveform of a view', () => {
  it('is of the coarsest level that has a peak for each pixel', () => {
    expect(levelFor(twoHours, [2, 16, 128])).toBe(2);
    expect(levelFor(zoomed(twoHours, 72, 0), [2, 16, 128])).toBe(16);
    expect(levelFor(zoomed(twoHours, 7200, 0), [2, 16, 128])).toBe(128);
  });

  it('keeps a click whatever lies in its pixel', () => {
    const loudness = Array.from({ length: 14_400 }, (_, place) => (place === 9001 ? 1 : 0));
    const columns = waveformColumns([level(2, loudness)], twoHours);
    expect(columns).toHaveLength(2000);
    const at = Math.floor((9001 / 2 / 7200) * 1000);
    expect(columns[2 * at]).toBe(-1);
    expect(columns[2 * at + 1]).toBeCloseTo(1, 3);
    expect(columns.filter((value) => value !== 0)).toHaveLength(2);
  });

  it('is that of a coarser level where the finer one is not known yet, and none where nothing is', () => {
    const view = zoomed(wholeVideo(10, 25, 100), 1, 0);
    const fine = level(
      16,
      Array.from({ length: 32 }, () => 0.25),
    );
    const coarse = level(
      2,
      Array.from({ length: 12 }, () => 0.5),
    );
    const columns = waveformColumns([fine, coarse], view);
    const highs = Array.from({ length: 100 }, (_, x) => columns[2 * x + 1] ?? NaN);
    expect(highs.slice(0, 20).every((high) => Math.abs(high - 0.25) < 0.01)).toBe(true);
    expect(highs.slice(20, 60).every((high) => Math.abs(high - 0.5) < 0.01)).toBe(true);
    expect(highs.slice(60).every(Number.isNaN)).toBe(true);
  });

  it('moves with the view', () => {
    const loudness = Array.from({ length: 128 * 10 }, (_, place) => (place >= 128 * 5 ? 1 : 0));
    const view = panned(zoomed(wholeVideo(10, 25, 200), 5, 0), 4);
    const columns = waveformColumns([level(128, loudness)], view);
    expect(columns[2 * 99 + 1]).toBe(0);
    expect(columns[2 * 101 + 1]).toBeCloseTo(1, 3);
  });

  it('lets quiet speech be seen', () => {
    expect(heightOf(0.01)).toBeCloseTo(0.1);
    expect([heightOf(-1), heightOf(0), heightOf(2)]).toEqual([1, 0, 1]);
  });
});
