import { bytesOfRows, releaseRows, type Rows } from '../../architectures/device-rows.ts';
import type { VisionEncoder } from '../../architectures/vision-language-model.ts';
import type { Video } from '../../media/video.ts';
import type { CacheBudget, CacheSlot } from './cache-budget.ts';
import type { KeptFeatures } from './kept-features/kept-features.ts';
import type { KeyedFeatures } from './kept-features/segment-file.ts';
import type { FeatureWork, FramePairs } from './feature-work.ts';
import { encodePairs, pairIndices } from './encode-pairs.ts';
import { contentName, PairLikeness } from './pair-likeness.ts';

/** Features that outlive the process, of encoders that work in memory, and whose weights they are of. */
export interface FeaturesOnDisk {
  readonly kept: KeptFeatures;
  readonly weights: string;
}

interface Kept {
  readonly features: Rows;
  readonly slot: CacheSlot;
  /** Pairs that show the same have one and the same features. */
  readonly names: Set<string>;
}

/**
 * Features of frame pairs, shared by all roles and all later questions: pairs are independent in the vision tower and
 * no adapter touches it (if one does, the weights key differs). Keyed by content: video, frames, size and weights, and by what
 * the frames show, so that of pairs that show the same one is encoded. What stands for a pair that is only like it, at `fast`, has
 * a name of its own: `exact` never finds it.
 */
export class VisionFeatures {
  readonly #budget: CacheBudget;
  readonly #encoder: VisionEncoder;
  readonly #kept = new Map<string, Kept>();
  readonly #keptAs = new Map<Rows, Kept>();
  /** How many hold features: the cache, and each role that reads them. What nobody holds is released. */
  readonly #holders = new Map<Rows, number>();

  readonly #likeness: PairLikeness;
  readonly #disk: FeaturesOnDisk | undefined;

  /** @param cellPixels Side of what the tower makes one token of. */
  constructor(budget: CacheBudget, encoder: VisionEncoder, cellPixels: number, disk?: FeaturesOnDisk) {
    this.#budget = budget;
    this.#encoder = encoder;
    this.#likeness = new PairLikeness(cellPixels);
    this.#disk = disk;
  }

  /** Looks what the disk has of a video, before it is asked about. */
  async open(video: Video): Promise<void> {
    await this.#disk?.kept.open(this.#groupOf(video));
  }

  /** Names of the pairs' features: equal names, equal features, or at `fast` features that may stand for each other. */
  keys(pairs: FramePairs): string[] {
    const suffix = this.#suffixOf(pairs);
    const end = pairs.speed === 'fast' ? fastMark : '';
    return pairIndices(pairs).map(
      ([first, second]) => `${pairs.video.identity}/${first},${second}/${suffix}${end}`,
    );
  }

  /** How many different pairs have no features kept. */
  missingPairs(pairs: FramePairs): number {
    return this.missingKeys(pairs).size;
  }

  /** Names of those features that are not kept. */
  missingKeys(pairs: FramePairs): ReadonlySet<string> {
    const group = this.#groupOf(pairs.video);
    return new Set(this.keys(pairs).filter((key) => !this.#isThere(group, key)));
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
      if (work.persists === true) await this.#writeFromMemory(pairs, keys, found);
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
    if (missing.length === 0 && work.saveFrame === undefined) {
      work.onProgress(keys.length, keys.length);
      return;
    }
    const group = this.#groupOf(pairs.video);
    const suffix = this.#suffixOf(pairs);
    const scope = `${group}/${suffix}`;
    const nameOf = (content: string) => `${pairs.video.identity}/=${content}/${suffix}`;
    const fresh: KeyedFeatures[] = [];
    /** What this load encoded, should the cache have no room for it. */
    const encodedNow = new Map<string, Rows>();
    try {
      await encodePairs(this.#encoder, pairs, missing, work, {
        recognize: (frames) => {
          const content = contentName(frames);
          const isKnown = encodedNow.has(content) || this.#isThere(group, nameOf(content));
          const like =
            isKnown || pairs.speed !== 'fast' ? undefined : this.#likeness.find(scope, frames, pairs.size);
          return { content, standIn: like ?? content };
        },
        recall: async (content) => {
          const known = encodedNow.get(content) ?? this.#kept.get(nameOf(content))?.features;
          if (known !== undefined || this.#disk === undefined) return known;
          return (await this.#disk.kept.read(group, [nameOf(content)])).get(nameOf(content));
        },
        onUnknown: (content, frames) => {
          if (pairs.speed === 'fast') this.#likeness.add(scope, content, frames);
        },
        onFeatures: (pair, features, { content, standIn }, encoded) => {
          const isOwn = content === standIn;
          const key = keys[pair] ?? '';
          const names = isOwn ? [exactName(key), nameOf(content)] : [key];
          if (encoded) encodedNow.set(content, features);
          else this.#budget.countStandIn('visionFeatures', isOwn);
          found[pair] = this.#hold(features);
          this.#keep(names, features);
          if (features instanceof Float32Array) for (const name of names) fresh.push({ key: name, features });
        },
      });
    } finally {
      // What was encoded until a cancel is as good as the rest.
      if (work.isSound?.() !== false) await this.#disk?.kept.write(group, fresh);
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const { slot, features } of new Set(this.#kept.values())) {
      this.#budget.release(slot);
      this.#letGo(features);
    }
    this.#kept.clear();
    this.#keptAs.clear();
    this.#likeness.clear();
  }

  async #readFromDisk(
    pairs: FramePairs,
    keys: readonly string[],
    found: (Rows | undefined)[],
    firstPair: number,
  ): Promise<void> {
    if (this.#disk === undefined) return;
    const missing = keys.flatMap((_, pair) => (pair >= firstPair && found[pair] === undefined ? [pair] : []));
    const group = this.#groupOf(pairs.video);
    const names = missing.map((pair) => namesOf(keys[pair] ?? ''));
    const read = await this.#disk.kept.read(group, [...new Set(names.flat())]);
    for (const [index, pair] of missing.entries()) {
      const name = names[index]?.find((each) => read.has(each));
      const features = name === undefined ? undefined : read.get(name);
      if (name === undefined || features === undefined) continue;
      found[pair] = this.#hold(features);
      this.#keep([name], features);
    }
  }

  async #writeFromMemory(
    pairs: FramePairs,
    keys: readonly string[],
    found: readonly (Rows | undefined)[],
  ): Promise<void> {
    const group = this.#groupOf(pairs.video);
    const lacking = found.flatMap((features, pair) => {
      const names = namesOf(keys[pair] ?? '');
      const name = names.find((each) => this.#kept.get(each)?.features === features);
      const isOnDisk = names.some((each) => this.#disk?.kept.has(group, each) === true);
      return features instanceof Float32Array && name !== undefined && !isOnDisk
        ? [{ key: name, features }]
        : [];
    });
    await this.#disk?.kept.write(group, lacking);
  }

  #isThere(group: string, key: string): boolean {
    return namesOf(key).some((name) => this.#kept.has(name) || this.#disk?.kept.has(group, name) === true);
  }

  #suffixOf({ readerSize, size, region, role }: FramePairs): string {
    const sizes = [readerSize ?? size, size].map(({ height, width }) => `${height}x${width}`);
    const part = region === undefined ? '' : `@${region.left},${region.top},${region.right},${region.bottom}`;
    return `${[...new Set(sizes)].join('>')}${part}/${this.#encoder.weightsKey(role)}`;
  }

  #groupOf(video: Video): string {
    return `${video.identity}/${this.#disk?.weights ?? ''}`;
  }

  #find(key: string): Rows | undefined {
    const kept = namesOf(key).flatMap((name) => this.#kept.get(name) ?? [])[0];
    if (kept === undefined) return undefined;
    this.#budget.touch(kept.slot);
    return this.#hold(kept.features);
  }

  /** Keeps features under their names: those that are kept already get more names. */
  #keep(names: readonly string[], features: Rows): void {
    const known = this.#keptAs.get(features);
    if (known !== undefined) {
      for (const name of names) {
        if (this.#kept.has(name)) continue;
        known.names.add(name);
        this.#kept.set(name, known);
      }
      return;
    }
    const free = names.filter((name) => !this.#kept.has(name));
    if (free.length === 0) return;
    const slot = this.#budget.take('visionFeatures', bytesOfRows(features), () => {
      for (const name of kept.names) this.#kept.delete(name);
      this.#keptAs.delete(features);
      this.#letGo(features);
    });
    if (slot === undefined) return;
    const kept: Kept = { features: this.#hold(features), slot, names: new Set(free) };
    for (const name of free) this.#kept.set(name, kept);
    this.#keptAs.set(features, kept);
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

/** What a name ends with under which a pair's stand-in at `fast` is kept. */
const fastMark = '~';

function exactName(key: string): string {
  return key.endsWith(fastMark) ? key.slice(0, -fastMark.length) : key;
}

/** The names under which features of a key may be found: its own numbers before what may stand for them. */
function namesOf(key: string): string[] {
  return [...new Set([exactName(key), key])];
}
