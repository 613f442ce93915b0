import { describe, expect, it } from 'vitest';
import { SoundPeaks } from './sound-peaks.ts';

const sampleRate = 44_100;

/** A second of silence, then a second of a sine of 440 Hz at half of full scale, left channel alone; then one click. */
function made(): Int16Array {
  const samples = new Int16Array(2 * 3 * sampleRate);
  for (let frame = sampleRate; frame < 2 * sampleRate; frame += 1) {
    samples[2 * frame] = Math.round(16_384 * Math.sin((2 * Math.PI * 440 * frame) / sampleRate));
  }
  samples[2 * Math.round(2.5 * sampleRate) + 1] = -32_768;
  return samples;
}

function peaksOf(peaks: SoundPeaks, perSec: number): number[][] {
  const bytes = Buffer.from(peaks.peaks(perSec));
  return Array.from({ length: bytes.length / 4 }, (_, place) => [
    bytes.readInt16LE(4 * place),
    bytes.readInt16LE(4 * place + 2),
  ]);
}

describe('peaks of a sound', () => {
  it('are those of its samples at each resolution, in whatever pieces it comes', () => {
    const peaks = new SoundPeaks({ sampleRate, channels: 2 }, 3);
    const bytes = new Uint8Array(made().buffer);
    for (let from = 0; from < bytes.length; from += 10_007) peaks.add(bytes.slice(from, from + 10_007));
    peaks.end();
    expect(peaksOf(peaks, 2)).toEqual([
      ...[
        [0, 0],
        [0, 0],
      ],
      ...[
        [-16_384, 16_384],
        [-16_384, 16_384],
      ],
      ...[
        [0, 0],
        [-32_768, 0],
      ],
    ]);
    const fine = peaksOf(peaks, 128);
    expect(fine).toHaveLength(3 * 128);
    expect(fine.slice(0, 128).every(([low, high]) => low === 0 && high === 0)).toBe(true);
    // Three and a half waves of the sine are in each stretch.
    for (const [low = 0, high = 0] of fine.slice(128, 256)) {
      expect(low).toBeLessThan(-16_350);
      expect(high).toBeGreaterThan(16_350);
    }
    expect(fine.findIndex(([low]) => low === -32_768)).toBe(Math.floor(2.5 * 128));
    expect(peaksOf(peaks, 16)).toHaveLength(48);
  });

  it('go as far as the film, and as the sound where that is shorter', () => {
    const short = new SoundPeaks({ sampleRate: 8000, channels: 1 }, 10);
    short.add(new Uint8Array(new Int16Array(8020).fill(7).buffer));
    short.end();
    expect(peaksOf(short, 128)).toEqual(Array.from({ length: 129 }, () => [0, 7]));
    expect(peaksOf(short, 2)).toHaveLength(3);

    const long = new SoundPeaks({ sampleRate: 8000, channels: 1 }, 0.51);
    long.add(new Uint8Array(new Int16Array(8000).fill(7).buffer));
    expect(long.isFull).toBe(true);
    long.end();
    expect(peaksOf(long, 128)).toHaveLength(66);
    expect(peaksOf(long, 2)).toHaveLength(2);
  });

  it('are known while the sound goes on', () => {
    const peaks = new SoundPeaks({ sampleRate: 8000, channels: 1 }, 10);
    peaks.add(new Uint8Array(new Int16Array(8000).fill(-9).buffer));
    expect(peaksOf(peaks, 2)).toEqual([
      [-9, 0],
      [-9, 0],
    ]);
    expect(peaks.peaks(16, 14)).toHaveLength(8);
  });
});
