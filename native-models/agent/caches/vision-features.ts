import { bytesOfRows, releaseRows, type Rows } from '../../architectures/device-rows.ts';
import type { TowerFrame, VisionEncoder } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import type { Role } from '../../protocol/roles.ts';
import type { CacheBudget, CacheSlot } from './cache-budget.ts';
import type { KeptFeatures } from './kept-features/kept-features.ts';
import type { KeyedFeatures } from './kept-features/segment-file.ts';
import type { FrameRegion } from '../shown/clip.ts';
import { pauseForCancel } from '../cancellation.ts';

/** Frames shown to a role, as pairs: 2k and 2k + 1 of the sampled frames are one temporal patch. */
export interface FramePairs {
  readonly video: Video;
  readonly role: Role;
  /** Sampled frames, ascending, an even number of them; short clips may repeat one. */
  readonly frameIndices: readonly number[];
  /** As the vision tower is fed. */
  readonly size: FrameSize;
  /** As the reader sized them before, where that is another size. */
  readonly readerSize?: FrameSize | undefined;
  /** The part of the frames as read that the tower is fed; absent: all. */
  readonly region?: FrameRegion | undefined;
}

/** Reads frames in the size that the tower is fed: ascending indices, each once. */
export type FrameReader = (frameIndices: readonly number[]) => AsyncIterable<TowerFrame>;

/** What loading features needs besides the frames' names. */
export interface FeatureWork {
  readonly readFrames: FrameReader;
  /** Pairs from this one on are needed; those before it are in a kept prefix. */
  readonly firstPair: number;
  /** Given every frame that is shown, when they are saved: then all of them are decoded. */
  readonly saveFrame?: ((frame: TowerFrame) => Promise<void>) | undefined;
  readonly onProgress: (donePairs: number, totalPairs: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** False where frames stood in for others: then nothing of it outlives the run. */
  readonly isSound?: () => boolean;
}

/** Features that outlive the process, of encoders that work in memory, and whose weights they are of. */
export interface FeaturesOnDisk {
  readonly kept: KeptFeatures;
  readonly weights: string;
}

interface Kept {
  readonly features: Rows;
  readonly slot: CacheSlot;
}

/**
 * Features of frame pairs, shared by all roles and all later questions: pairs are independent in the vision tower and
 * no adapter touches it (if one does, the weights key differs). Keyed by content: video, frames, size and weights.
 */
export class VisionFeatures {
  readonly #budget: CacheBudget;
  readonly #encoder: VisionEncoder;
  readonly #kept = new Map<string, Kept>();
  /** How many hold features: the cache, and each role that reads them. What nobody holds is released. */
  readonly #holders = new Map<Rows, number>();

  readonly #disk: FeaturesOnDisk | undefined;

  constructor(budget: CacheBudget, encoder: VisionEncoder, disk?: FeaturesOnDisk) {
    this.#budget = budget;
    this.#encoder = encoder;
    this.#disk = disk;
  }

  /** Looks what the disk has of a video, before it is asked about. */
  async open(video: Video): Promise<void> {
    await this.#disk?.kept.open(this.#groupOf(video));
  }

  /** Names of the pairs' features: equal names, equal features. */
  keys(pairs: FramePairs): string[] {
    const sizes = [pairs.readerSize ?? pairs.size, pairs.size].map(
      ({ height, width }) => `${height}x${width}`,
    );
    const { region } = pairs;
    const part = region === undefined ? '' : `@${region.left},${region.top},${region.right},${region.bottom}`;
    const suffix = `${[...new Set(sizes)].join('>')}${part}/${this.#encoder.weightsKey(pairs.role)}`;
    return pairIndices(pairs).map(
      ([first, second]) => `${pairs.video.identity}/${first},${second}/${suffix}`,
    );
  }

  /** How many different pairs have no features kept. */
  missingPairs(pairs: FramePairs): number {
    const group = this.#groupOf(pairs.video);
    return new Set(this.keys(pairs).filter((key) => !this.#isThere(group, key))).size;
  }

  /** Frames of those pairs whose features are not kept. */
  missingFrames(pairs: FramePairs): number[] {
    const indices = pairIndices(pairs);
    const group = this.#groupOf(pairs.video);
    return this.keys(pairs).flatMap((key, pair) => (this.#isThere(group, key) ? [] : (indices[pair] ?? [])));
  }

  /**
   * Features of each pair from `firstPair` on, as the encoder gives them; undefined before it. Pairs that are kept are not
   * decoded. Encodes as many pairs at a time as the encoder wants, so that a run can be cancelled between any two runs of it.
   */
  async load(pairs: FramePairs, work: FeatureWork): Promise<(Rows | undefined)[]> {
    const keys = this.keys(pairs);
    const found = keys.map((key) => this.#find(key));
    try {
      await this.#readFromDisk(pairs, keys, found, work.firstPair);
      await this.#fill(pairs, keys, found, work);
      return found;
    } catch (error) {
      this.release(found);
      throw error;
    }
  }

  /** Lets go of what `load` gave: features on a device that are not kept give their memory back. */
  release(features: readonly (Rows | undefined)[]): void {
    for (const rows of features) if (rows !== undefined) this.#letGo(rows);
  }

  async #fill(
    pairs: FramePairs,
    keys: readonly string[],
    found: (Rows | undefined)[],
    work: FeatureWork,
  ): Promise<void> {
    const missing = keys.flatMap((_, pair) =>
      pair >= work.firstPair && found[pair] === undefined ? [pair] : [],
    );
    this.#budget.countHits('visionFeatures', found.filter((features) => features !== undefined).length);
    this.#budget.countMisses('visionFeatures', missing.length);
    const progress = (done: number) => work.onProgress(keys.length - missing.length + done, keys.length);
    if (missing.length > 0 || work.saveFrame !== undefined) {
      const fresh: KeyedFeatures[] = [];
      try {
        await this.#encodeMissing(pairs, missing, work, progress, (pair, features) => {
          const key = keys[pair] ?? '';
          found[pair] = this.#hold(features);
          this.#keep(key, features);
          if (features instanceof Float32Array) fresh.push({ key, features });
        });
      } finally {
        // What was encoded until a cancel is as good as the rest.
        if (work.isSound?.() !== false) await this.#disk?.kept.write(this.#groupOf(pairs.video), fresh);
      }
    } else {
      progress(0);
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const { slot, features } of this.#kept.values()) {
      this.#budget.release(slot);
      this.#letGo(features);
    }
    this.#kept.clear();
  }

  async #encodeMissing(
    pairs: FramePairs,
    missing: readonly number[],
    work: FeatureWork,
    progress: (donePairs: number) => void,
    onFeatures: (pair: number, features: Rows) => void,
  ): Promise<void> {
    const indices = pairIndices(pairs);
    const waiting = [...missing];
    const shown = work.saveFrame === undefined ? missing : indices.keys();
    const wanted = [...new Set([...shown].flatMap((pair) => indices[pair] ?? []))].sort((a, b) => a - b);
    const decoded = new Map<number, TowerFrame>();
    const most = this.#encoder.pairsAtOnce(pairs.size);
    const ready: { readonly pair: number; readonly frames: readonly TowerFrame[] }[] = [];
    let done = 0;
    progress(done);
    const encodeReady = async (): Promise<void> => {
      await pauseForCancel(work.signal);
      const together = ready.splice(0);
      const frames = together.flatMap((each) => each.frames);
      const encoded = await this.#encoder.encode(pairs.role, frames, pairs.size);
      for (const [index, { pair }] of together.entries()) {
        const features = encoded[index];
        if (features === undefined)
          throw new EngineError('INTERNAL', 'The vision tower returned too little.');
        onFeatures(pair, features);
      }
      done += together.length;
      progress(done);
    };
    for await (const frame of work.readFrames(wanted)) {
      await work.saveFrame?.(frame);
      decoded.set(frame.frameIndex, frame);
      for (let pair = waiting[0]; pair !== undefined; pair = waiting[0]) {
        const frames = framesOf(indices[pair], decoded);
        if (frames === undefined) break;
        waiting.shift();
        ready.push({ pair, frames });
        if (ready.length >= most) await encodeReady();
      }
      const stillNeeded = indices[waiting[0] ?? indices.length]?.[0] ?? Infinity;
      for (const index of decoded.keys()) if (index < stillNeeded) decoded.delete(index);
    }
    if (ready.length > 0) await encodeReady();
    if (waiting.length > 0) {
      throw new EngineError(
        'VIDEO_DECODE_FAILED',
        `${waiting.length} of ${indices.length} frame pairs of ${pairs.video.path} could not be decoded.`,
      );
    }
  }

  async #readFromDisk(
    pairs: FramePairs,
    keys: readonly string[],
    found: (Rows | undefined)[],
    firstPair: number,
  ): Promise<void> {
    if (this.#disk === undefined) return;
    const missing = keys.flatMap((_, pair) => (pair >= firstPair && found[pair] === undefined ? [pair] : []));
    const wanted = missing.map((pair) => keys[pair] ?? '');
    const read = await this.#disk.kept.read(this.#groupOf(pairs.video), wanted);
    for (const pair of missing) {
      const features = read.get(keys[pair] ?? '');
      if (features === undefined) continue;
      found[pair] = this.#hold(features);
      this.#keep(keys[pair] ?? '', features);
    }
  }

  #isThere(group: string, key: string): boolean {
    return this.#kept.has(key) || this.#disk?.kept.has(group, key) === true;
  }

  #groupOf(video: Video): string {
    return `${video.identity}/${this.#disk?.weights ?? ''}`;
  }

  #find(key: string): Rows | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#budget.touch(kept.slot);
    return this.#hold(kept.features);
  }

  #keep(key: string, features: Rows): void {
    if (this.#kept.has(key)) return;
    const slot = this.#budget.take('visionFeatures', bytesOfRows(features), () => {
      this.#kept.delete(key);
      this.#letGo(features);
    });
    if (slot !== undefined) this.#kept.set(key, { features: this.#hold(features), slot });
  }

  #hold(features: Rows): Rows {
    this.#holders.set(features, (this.#holders.get(features) ?? 0) + 1);
    return features;
  }

  #letGo(features: Rows): void {
    const holders = (this.#holders.get(features) ?? 1) - 1;
    if (holders > 0) {
      this.#holders.set(features, holders);
      return;
    }
    this.#holders.delete(features);
    releaseRows(features);
  }
}

function pairIndices(pairs: FramePairs): [number, number][] {
  const { frameIndices } = pairs;
  return Array.from({ length: frameIndices.length / 2 }, (_, pair) => {
    const first = frameIndices[2 * pair] ?? 0;
    return [first, frameIndices[2 * pair + 1] ?? first];
  });
}

function framesOf(
  indices: readonly number[] | undefined,
  decoded: ReadonlyMap<number, TowerFrame>,
): TowerFrame[] | undefined {
  const frames = (indices ?? []).flatMap((index) => decoded.get(index) ?? []);
  return frames.length === indices?.length ? frames : undefined;
}
