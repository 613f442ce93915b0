/** What is kept between questions. */
export type CacheKind = 'visionFeatures' | 'prefixes';

/** How a cache did; `bytes` is what it holds now. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  /** Of the misses: served by what shows the same, and by what is like it. */
  readonly equal: number;
  readonly alike: number;
  readonly bytes: number;
}

/** Something kept in memory under a budget. */
export interface CacheSlot {
  readonly kind: CacheKind;
  readonly bytes: number;
}

interface Slot extends CacheSlot {
  bytes: number;
  /** In use: not to be evicted. */
  pinned: boolean;
  readonly evict: (slot: CacheSlot) => void;
}

/** What features always have room for; prefixes take the rest at most. */
const featureShare = 1 / 8;

/**
 * One memory budget for everything that the agent keeps between questions. What was used longest ago goes first; what a
 * run works on is pinned. Anything may be evicted at any other time and only costs time.
 *
 * Prefixes cost minutes to make anew and features seconds, and a question shows its verifier and answerer pairs by the
 * hundred: so features never push out prefixes. Prefixes push out features, down to the features' own share.
 */
export class CacheBudget {
  readonly limitBytes: number;
  /** Least recently used first: a set keeps the order of insertion. */
  readonly #slots = new Set<Slot>();
  readonly #counts = {
    visionFeatures: { hits: 0, misses: 0, evictions: 0, equal: 0, alike: 0 },
    prefixes: { hits: 0, misses: 0, evictions: 0, equal: 0, alike: 0 },
  };

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get bytes(): number {
    let total = 0;
    for (const slot of this.#slots) total += slot.bytes;
    return total;
  }

  /** Whether so many bytes of a kind fit without evicting anything. */
  hasRoomFor(kind: CacheKind, bytes: number): boolean {
    return this.#toEvict(kind, bytes)?.length === 0;
  }

  /**
   * Makes room and takes it. `evict` is called with the slot when it has to go. Undefined, with nothing evicted, when so many
   * bytes would not fit beside what may not go.
   */
  take(
    kind: CacheKind,
    bytes: number,
    evict: (slot: CacheSlot) => void,
    pinned = false,
  ): CacheSlot | undefined {
    const leaving = this.#toEvict(kind, bytes);
    if (leaving === undefined) return undefined;
    for (const slot of leaving) {
      this.#slots.delete(slot);
      this.#counts[slot.kind].evictions++;
      slot.evict(slot);
    }
    const slot: Slot = { kind, bytes, pinned, evict };
    this.#slots.add(slot);
    return slot;
  }

  /** Marks a slot as used just now. */
  touch(slot: CacheSlot): void {
    const own = this.#own(slot);
    if (own === undefined) return;
    this.#slots.delete(own);
    this.#slots.add(own);
  }

  /** Lets a pinned slot be evicted again, from now on with the bytes that it came to need. */
  unpin(slot: CacheSlot, bytes: number): void {
    const own = this.#own(slot);
    if (own === undefined) return;
    own.pinned = false;
    own.bytes = bytes;
    this.touch(own);
  }

  /** Gives a slot's room back without counting an eviction. */
  release(slot: CacheSlot): void {
    const own = this.#own(slot);
    if (own !== undefined) this.#slots.delete(own);
  }

  countHits(kind: CacheKind, hits: number): void {
    this.#counts[kind].hits += hits;
  }

  countMisses(kind: CacheKind, misses: number): void {
    this.#counts[kind].misses += misses;
  }

  /** Counts what was missing, and had not to be made: something equal, or only like it, stood for it. */
  countStandIn(kind: CacheKind, isEqual: boolean): void {
    this.#counts[kind][isEqual ? 'equal' : 'alike']++;
  }

  /** Counts since the start, and the bytes held now. */
  counts(kind: CacheKind): CacheCounts {
    return { ...this.#counts[kind], bytes: this.#bytesOf(kind) };
  }

  /** What has to go so that so many bytes of a kind fit: as little as possible; undefined if they never do. */
  #toEvict(kind: CacheKind, bytes: number): Slot[] | undefined {
    const leaving: Slot[] = [];
    let total = this.bytes + bytes;
    let prefixes = this.#bytesOf('prefixes') + (kind === 'prefixes' ? bytes : 0);
    const isOver = () => total > this.limitBytes;
    const prefixLimitBytes = this.limitBytes * (1 - featureShare);
    const isOverShare = () => kind === 'prefixes' && prefixes > prefixLimitBytes;
    const idle = [...this.#slots].filter((slot) => !slot.pinned);
    const leave = (slot: Slot) => {
      leaving.push(slot);
      total -= slot.bytes;
      if (slot.kind === 'prefixes') prefixes -= slot.bytes;
    };
    for (const slot of idle) if (slot.kind === 'prefixes' && isOverShare()) leave(slot);
    for (const slot of idle) if (slot.kind === 'visionFeatures' && isOver()) leave(slot);
    return isOver() || isOverShare() ? undefined : leaving;
  }

  #bytesOf(kind: CacheKind): number {
    let total = 0;
    for (const slot of this.#slots) if (slot.kind === kind) total += slot.bytes;
    return total;
  }

  #own(slot: CacheSlot): Slot | undefined {
    return this.#slots.has(slot as Slot) ? (slot as Slot) : undefined;
  }
}
