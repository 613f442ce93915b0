import type { LanguageModel } from '../../architectures/vision-language-model.ts';
import type { Speaker } from '../../protocol/roles.ts';
import type { TokenCache } from '../../runtime/kv-cache.ts';
import type { CacheBudget, CacheSlot } from './cache-budget.ts';
import type { KeptPrefixes } from './kept-prefixes.ts';
import { DeviceFrameStates, MemoryFrameStates, type FrameStates } from './frame-states.ts';

/** Default of `KeepRule.spareTokens`. */
const defaultSpareTokens = 512;

/** What a role is about to read: enough to tell how far it agrees with what was read before. */
export interface PrefixContent {
  readonly role: Speaker;
  /** Per token: its id, or for a visual token the key of its frame pair's features. */
  readonly keys: readonly (number | string)[];
  /** (3, sequence) rotary positions. */
  readonly positions: Int32Array;
  /** Visual tokens of each frame pair among the tokens, in their order; there may be text between the pairs. */
  readonly pairs: readonly number[];
  /** How many of the pairs are the first look; what a model looks at again in mid-reply comes behind them. */
  readonly firstPairs: number;
  /** New tokens that may follow the prompt. */
  readonly maxNewTokens: number;
}

/** What may be kept of a prompt. */
export interface KeepRule {
  /** `always`: evicts older entries to be kept; `if-room`: kept where the budget has room; `never`. */
  readonly keep: 'always' | 'if-room' | 'never';
  /** Also keeps the states of the frame pairs, which the grounder reads. */
  readonly withFrameStates: boolean;
  /** Whether what was read of the video also outlives the process; default: not. */
  readonly onDisk?: boolean;
  /** Room beyond a prompt, in tokens, so that the next question may be longer; unused room takes no memory. */
  readonly spareTokens?: number;
}

/** The keys and values that a run works on. Give it back with `release` when the role is done, failed or not. */
export interface PrefixLease {
  readonly kvCache: TokenCache;
  /** Tokens of the prompt that `kvCache` holds already. */
  readonly reusedTokens: number;
  readonly frameStates: FrameStates | undefined;
  /** Writes what was read of the video to the disk, as the rule says; to be called once the prompt is read. */
  keepOnDisk(): Promise<void>;
  /**
   * Keeps what was read for the next question, and of what was generated what is told of here: a conversation that goes on has
   * it in its history, if its template writes it as it was said.
   */
  release(generated?: GeneratedTokens): void;
}

/** What was generated after a prompt, and where it stands: a token's position is its index in the sequence plus `ropeDelta`. */
export interface GeneratedTokens {
  readonly outputIds: readonly number[];
  readonly ropeDelta: number;
}

interface Entry {
  readonly content: PrefixContent;
  readonly kvCache: TokenCache;
  readonly frameStates: FrameStates | undefined;
}

/**
 * Keys and values of prompts that roles have read. The video comes before the text in every prompt, so a second
 * question on the same video finds all but its text here (prefix caching as in vLLM and SGLang, but an entry is lent to
 * one run at a time, which continues it in place: at full size two copies would not fit).
 */
export class PrefixCache {
  readonly #budget: CacheBudget;
  readonly #language: LanguageModel;
  readonly #hiddenSize: number;
  readonly #bytesPerToken: number;
  readonly #entries = new Map<CacheSlot, Entry>();
  /** Room for prompts that are not kept, used again and again within a run. */
  #scratch: TokenCache | undefined;

  readonly #disk: KeptPrefixes | undefined;

  constructor(budget: CacheBudget, language: LanguageModel, hiddenSize: number, disk?: KeptPrefixes) {
    this.#disk = disk;
    this.#budget = budget;
    this.#language = language;
    this.#hiddenSize = hiddenSize;
    const { bytes, capacity } = language.createCache(1);
    this.#bytesPerToken = bytes / capacity;
  }

  /** Lends the entry with the longest common prefix, cut to that prefix, or a fresh cache. */
  async acquire(content: PrefixContent, rule: KeepRule): Promise<PrefixLease> {
    const entry = (await this.#takeBest(content)) ?? (await this.#create(content, rule));
    const disk = rule.onDisk === true && entry.kvCache.length === 0 ? this.#disk : undefined;
    const wasOnDisk = (await disk?.read(content, entry)) === true;
    const reusedTokens = entry.kvCache.length;
    if (rule.keep !== 'never') {
      this.#budget.countHits('prefixes', reusedTokens > 0 ? 1 : 0);
      this.#budget.countMisses('prefixes', reusedTokens > 0 ? 0 : 1);
    }
    const { kvCache, frameStates, slot } = entry;
    return {
      kvCache,
      reusedTokens,
      frameStates,
      keepOnDisk: async () => {
        if (!wasOnDisk) await disk?.write(content, entry);
      },
      release: (generated) => this.#putBack(entry, slot, generated),
    };
  }

  /** How many tokens of a prompt would be found, in memory or where `onDisk` says so on the disk. */
  async reusable(content: PrefixContent, onDisk: boolean): Promise<number> {
    const lengths = [...this.#entries.values()]
      .map((entry) => ({ entry, length: reusableLength(entry, content) }))
      .filter(({ entry, length }) => 2 * length >= entry.kvCache.length)
      .map(({ length }) => length);
    const inMemory = Math.max(0, ...lengths);
    return inMemory > 0 || !onDisk ? inMemory : ((await this.#disk?.reusable(content)) ?? 0);
  }

  /** Lets go of the room for prompts that are not kept. */
  dropScratch(): void {
    this.#scratch?.release();
    this.#scratch = undefined;
  }

  /** Forgets everything. */
  clear(): void {
    for (const [slot, entry] of this.#entries) {
      this.#budget.release(slot);
      releaseEntry(entry);
    }
    this.#entries.clear();
  }

  async #takeBest(
    content: PrefixContent,
  ): Promise<(Entry & { readonly slot: CacheSlot | undefined }) | undefined> {
    let best: [CacheSlot, Entry] | undefined;
    let bestLength = 0;
    for (const [slot, entry] of this.#entries) {
      const length = reusableLength(entry, content);
      // An entry that shares little, the system prompt say, is another video's: it stays for that one.
      if (length <= bestLength || 2 * length < entry.kvCache.length) continue;
      best = [slot, entry];
      bestLength = length;
    }
    if (best === undefined) return undefined;
    const [slot, { kvCache, frameStates }] = best;
    this.#entries.delete(slot);
    this.#budget.release(slot);
    // Growing would hold two copies for a moment; reading anew only costs time.
    if (tokensNeeded(content) > kvCache.capacity) {
      releaseEntry(best[1]);
      return undefined;
    }
    kvCache.truncate(bestLength);
    await frameStates?.truncate(pairsWithin(content, bestLength).whole);
    const resized = await frameStates?.resized(content.pairs.length);
    const pinned = this.#pin(this.#bytesOf(content.keys.length, kvCache.capacity, resized?.bytes));
    return { content, kvCache, frameStates: resized, slot: pinned };
  }

  async #create(
    content: PrefixContent,
    rule: KeepRule,
  ): Promise<Entry & { readonly slot: CacheSlot | undefined }> {
    const frameStates = rule.withFrameStates ? await this.#createFrameStates(content.pairs) : undefined;
    const needed = tokensNeeded(content);
    const capacity = needed + (rule.spareTokens ?? defaultSpareTokens);
    const bytes = this.#bytesOf(content.keys.length, capacity, frameStates?.bytes);
    const isKept =
      rule.keep === 'always' || (rule.keep === 'if-room' && this.#budget.hasRoomFor('prefixes', bytes));
    // Room is made before it is taken, so that old and new entries are never both there.
    const slot = isKept ? this.#pin(bytes) : undefined;
    const scratch = slot === undefined ? this.#takeScratch(needed) : undefined;
    const kvCache = scratch ?? this.#language.createCache(capacity);
    return { content, kvCache, frameStates, slot };
  }

  /** Who reads these states is shown one clip, whose pairs are alike. */
  #createFrameStates(pairs: PrefixContent['pairs']): Promise<FrameStates> {
    const { device } = this.#language;
    const [tokensPerPair = 1] = pairs;
    return device === undefined
      ? Promise.resolve(new MemoryFrameStates(pairs.length, tokensPerPair, this.#hiddenSize))
      : DeviceFrameStates.create(pairs.length, tokensPerPair, device.rows);
  }

  #takeScratch(tokens: number): TokenCache | undefined {
    const scratch = this.#scratch;
    this.#scratch = undefined;
    if (scratch === undefined) return undefined;
    if (scratch.capacity < tokens) {
      scratch.release();
      return undefined;
    }
    scratch.truncate(0);
    return scratch;
  }

  #pin(bytes: number): CacheSlot | undefined {
    const evict = (slot: CacheSlot) => {
      const entry = this.#entries.get(slot);
      if (entry !== undefined) releaseEntry(entry);
      this.#entries.delete(slot);
    };
    return this.#budget.take('prefixes', bytes, evict, true);
  }

  #putBack(entry: Entry, slot: CacheSlot | undefined, generated: GeneratedTokens | undefined): void {
    const { kvCache, frameStates } = entry;
    const content = withGenerated(entry, generated);
    if (slot === undefined) {
      this.#scratch?.release();
      this.#scratch = kvCache;
      frameStates?.release();
      return;
    }
    kvCache.truncate(content.keys.length);
    if (kvCache.length === 0) {
      this.#budget.release(slot);
      releaseEntry(entry);
      return;
    }
    this.#entries.set(slot, { content, kvCache, frameStates });
    this.#budget.unpin(slot, this.#bytesOf(kvCache.length, kvCache.capacity, frameStates?.bytes));
  }

  /** Unused room takes no memory of this process, but it does of a device. */
  #bytesOf(tokens: number, capacity: number, frameStateBytes = 0): number {
    const held = this.#language.device === undefined ? tokens : capacity;
    return this.#bytesPerToken * held + frameStateBytes;
  }
}

/** What an entry holds once something was generated: the last token chosen was never read. */
function withGenerated({ content, kvCache }: Entry, generated: GeneratedTokens | undefined): PrefixContent {
  const before = content.keys.length;
  const added = generated?.outputIds.slice(0, Math.max(0, kvCache.length - before)) ?? [];
  if (generated === undefined || added.length === 0) return content;
  const keys = [...content.keys, ...added];
  const positions = new Int32Array(3 * keys.length);
  for (let row = 0; row < 3; row++) {
    positions.set(content.positions.subarray(row * before, (row + 1) * before), row * keys.length);
    for (let index = before; index < keys.length; index++)
      positions[row * keys.length + index] = index + generated.ropeDelta;
  }
  return { ...content, keys, positions };
}

function releaseEntry({ kvCache, frameStates }: Entry): void {
  kvCache.release();
  frameStates?.release();
}

/**
 * Tokens of the new prompt that an entry holds. At least one is left to read, whose logits begin the reply; a frame
 * pair is taken whole or not at all, since its mean state needs all of its tokens.
 */
function reusableLength(entry: Entry, content: PrefixContent): number {
  const old = entry.content;
  if (old.role !== content.role) return 0;
  const longest = Math.min(entry.kvCache.length, old.keys.length, content.keys.length - 1);
  let length = 0;
  while (length < longest && sameToken(old, content, length)) length++;
  return length - pairsWithin(content, length).begunTokens;
}

function sameToken(old: PrefixContent, content: PrefixContent, index: number): boolean {
  if (old.keys[index] !== content.keys[index]) return false;
  for (let row = 0; row < 3; row++) {
    const before = old.positions[row * old.keys.length + index];
    if (before !== content.positions[row * content.keys.length + index]) return false;
  }
  return true;
}

function tokensNeeded(content: PrefixContent): number {
  return content.keys.length + content.maxNewTokens;
}

/** Frame pairs that stand wholly among the first `length` tokens, and tokens of one that only begins there. */
function pairsWithin(
  content: PrefixContent,
  length: number,
): { readonly whole: number; readonly begunTokens: number } {
  let left = visualTokens(content, length);
  let whole = 0;
  for (const tokens of content.pairs) {
    if (left < tokens) break;
    left -= tokens;
    whole++;
  }
  return { whole, begunTokens: left };
}

/** Visual tokens among the first `length`: their keys name features. */
function visualTokens(content: PrefixContent, length: number): number {
  let count = 0;
  for (let index = 0; index < length; index++) if (typeof content.keys[index] === 'string') count++;
  return count;
}
