import { endianness } from 'node:os';
import { peaksPerSec } from '../contract/waveform.ts';

/** Longer films have no waveform behind this: two days, whose finest level takes 88 MB. */
const longestSec = 48 * 3600;

/** One level: peaks that are known so far. */
interface Level {
  readonly perSec: number;
  /** Lowest and highest, in turns. */
  readonly peaks: Int16Array;
  count: number;
}

/**
 * The lowest and highest samples of a sound in stretches of a second's parts, at several resolutions at once: each coarser
 * peak is made of those of the finer level, so that no click is lost however far one looks from.
 */
export class SoundPeaks {
  readonly #channels: number;
  readonly #sampleRate: number;
  readonly #finest: Level;
  readonly #levels: readonly Level[];
  #rest: Uint8Array = new Uint8Array();
  /** Samples of all channels together that came, and those with which the open stretch ends. */
  #samples = 0;
  #stretchEnd: number;
  #low = 0;
  #high = 0;

  /** @param sound interleaved; @param durationSec of the film: what comes behind it is left out. */
  constructor(sound: { readonly sampleRate: number; readonly channels: number }, durationSec: number) {
    this.#channels = sound.channels;
    this.#sampleRate = sound.sampleRate;
    const coveredSec = Math.min(durationSec, longestSec);
    this.#levels = peaksPerSec.map((perSec) => ({
      ...{ perSec, count: 0 },
      peaks: new Int16Array(2 * Math.max(1, Math.ceil(coveredSec * perSec))),
    }));
    this.#finest = this.#levels.at(-1) as Level;
    this.#stretchEnd = this.#endOf(0);
  }

  /** Whether the film ends here: nothing more is taken. */
  get isFull(): boolean {
    return 2 * this.#finest.count >= this.#finest.peaks.length;
  }

  /** Takes the next samples: 16 bits, little-endian, of all channels in turns; pieces end anywhere. */
  add(bytes: Uint8Array): void {
    const joined = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = joined.length - (joined.length % 2);
    this.#rest = joined.slice(whole);
    const samples = samplesOf(joined.subarray(0, whole));
    let place = 0;
    while (place < samples.length && !this.isFull) {
      const until = Math.min(samples.length, place + this.#stretchEnd - this.#samples);
      let low = this.#low;
      let high = this.#high;
      this.#samples += until - place;
      for (; place < until; place += 1) {
        const value = samples[place] as number;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      this.#low = low;
      this.#high = high;
      if (this.#samples === this.#stretchEnd) this.#close();
    }
  }

  /** The sound has ended: what is open is as long as it is. */
  end(): void {
    if (this.#samples > this.#startOfStretch() && !this.isFull) this.#close();
    for (const [coarser, level] of this.#levels.slice(0, -1).entries()) {
      if (level.count * this.#ratio(coarser) < this.#finest.count) this.#join(coarser);
    }
  }

  /** The peaks of a level from one on that are known by now, as they are sent; the same memory, which does not change. */
  peaks(perSec: number, from = 0): Uint8Array {
    const level = this.#levels.find((each) => each.perSec === perSec);
    if (level === undefined || level.count <= from) return new Uint8Array();
    const known = level.peaks.subarray(2 * from, 2 * level.count);
    return littleEndian(new Uint8Array(known.buffer, known.byteOffset, known.byteLength));
  }

  #close(): void {
    const { peaks, count } = this.#finest;
    peaks[2 * count] = this.#low;
    peaks[2 * count + 1] = this.#high;
    this.#finest.count = count + 1;
    this.#low = 0;
    this.#high = 0;
    this.#stretchEnd = this.#endOf(count + 1);
    for (const coarser of this.#levels.slice(0, -1).keys()) {
      if (this.#finest.count % this.#ratio(coarser) === 0) this.#join(coarser);
    }
  }

  /** Makes the next peak of a coarser level of the finest ones that it covers. */
  #join(coarser: number): void {
    const level = this.#levels[coarser] as Level;
    if (2 * level.count >= level.peaks.length) return;
    const { peaks, count } = this.#finest;
    const ratio = this.#ratio(coarser);
    let low = 0;
    let high = 0;
    for (let place = level.count * ratio; place < Math.min(count, (level.count + 1) * ratio); place += 1) {
      low = Math.min(low, peaks[2 * place] as number);
      high = Math.max(high, peaks[2 * place + 1] as number);
    }
    level.peaks[2 * level.count] = low;
    level.peaks[2 * level.count + 1] = high;
    level.count += 1;
  }

  #ratio(coarser: number): number {
    return this.#finest.perSec / (this.#levels[coarser] as Level).perSec;
  }

  /** With how many samples the stretch with this number ends; rates that are no multiple give stretches of two lengths. */
  #endOf(stretch: number): number {
    return Math.ceil(((stretch + 1) * this.#sampleRate) / this.#finest.perSec) * this.#channels;
  }

  #startOfStretch(): number {
    return this.#finest.count === 0 ? 0 : this.#endOf(this.#finest.count - 1);
  }
}

const isBigEndian = endianness() === 'BE';

function samplesOf(bytes: Uint8Array): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const native = littleEndian(aligned);
  return new Int16Array(native.buffer, native.byteOffset, native.byteLength / 2);
}

/** Numbers of this machine's order of bytes as little-endian ones, and back. */
function littleEndian(bytes: Uint8Array): Uint8Array {
  return isBigEndian ? Buffer.from(bytes).swap16() : bytes;
}
