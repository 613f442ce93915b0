import type { LanguageModel } from '../architectures/vision-language-model.ts';
import type { Role } from '../protocol/roles.ts';
import type { KvCache } from '../runtime/kv-cache.ts';
import type { CacheBudget, CacheSlot } from './cache-budget.ts';
import { FrameStates } from './frame-states.ts';

/** Room beyond a prompt, in tokens, so that the next question may be longer; unused room takes no memory. */
const spareTokens = 512;

/** What a role is about to read: enough to tell how far it agrees with what was read before. */
export interface PrefixContent {
  readonly role: Role;
  /** Per token: its id, or for a visual token the key of its frame pair's features. */
  readonly keys: readonly (number | string)[];
  /** (3, sequence) rotary positions. */
  readonly positions: Int32Array;
  /** The frame pairs among the tokens. */
  readonly pairs: { readonly firstToken: number; readonly count: number; readonly tokensPerPair: number };
  /** New tokens that may follow the prompt. */
  readonly maxNewTokens: number;
}

/** What may be kept of a prompt. */
export interface KeepRule {
  /** `always`: evicts older entries to be kept; `if-room`: kept where the budget has room; `never`. */
  readonly keep: 'always' | 'if-room' | 'never';
  /** Also keeps the states of the frame pairs, which the grounder reads. */
  readonly withFrameStates: boolean;
}

/** The keys and values that a run works on. Give it back with `release` when the role is done, failed or not. */
export interface PrefixLease {
  readonly kvCache: KvCache;
  /** Tokens of the prompt that `kvCache` holds already. */
  readonly reusedTokens: number;
  readonly frameStates: FrameStates | undefined;
  /** Cuts off what was generated and keeps the rest for the next question. */
  release(): void;
}

interface Entry {
  readonly content: PrefixContent;
  readonly kvCache: KvCache;
  readonly frameStates: FrameStates | undefined;
  slot: CacheSlot | undefined;
}

/**
 * Keys and values of prompts that roles have read. The video comes before the text in every prompt, so a second
 * question on the same video finds all but its text here (engine-notes.md → KV cache; prefix caching as in vLLM and
 * SGLang, with one owner per entry).
 */
export class PrefixCache {
  readonly #budget: CacheBudget;
  readonly #language: LanguageModel;
  readonly #hiddenSize: number;
  readonly #entries = new Set<Entry>();

  constructor(budget: CacheBudget, language: LanguageModel, hiddenSize: number) {
    this.#budget = budget;
    this.#language = language;
    this.#hiddenSize = hiddenSize;
  }

  /** Finds the entry with the longest common prefix, cut to that prefix, or reserves a fresh cache. */
  acquire(content: PrefixContent, rule: KeepRule): PrefixLease {
    const kept = rule.keep === 'never' ? undefined : this.#takeBest(content, rule);
    const entry = kept ?? this.#create(content, rule);
    const reusedTokens = entry.kvCache.length;
    if (rule.keep !== 'never') {
      this.#budget.countHits('prefixes', reusedTokens > 0 ? 1 : 0);
      this.#budget.countMisses('prefixes', reusedTokens > 0 ? 0 : 1);
    }
    return {
      kvCache: entry.kvCache,
      reusedTokens,
      frameStates: entry.frameStates,
      release: () => this.#putBack(entry),
    };
  }

  /** Forgets everything. */
  clear(): void {
    for (const entry of this.#entries) if (entry.slot !== undefined) this.#budget.release(entry.slot);
    this.#entries.clear();
  }

  #takeBest(content: PrefixContent, rule: KeepRule): Entry | undefined {
    let best: Entry | undefined;
    let bestLength = 0;
    for (const entry of this.#entries) {
      const length = reusableLength(entry, content);
      // An entry that shares little, the system prompt say, is another video's: it stays for that one.
      if (length <= bestLength || 2 * length < entry.kvCache.length) continue;
      best = entry;
      bestLength = length;
    }
    if (best === undefined) return undefined;
    this.#entries.delete(best);
    if (best.slot !== undefined) this.#budget.release(best.slot);
    const needed = content.keys.length + content.maxNewTokens;
    // Growing would hold two copies for a moment; reading anew costs time only.
    if (needed > best.kvCache.capacity) return undefined;
    best.kvCache.truncate(bestLength);
    best.frameStates?.truncate(pairsWithin(content, bestLength));
    const entry: Entry = {
      content,
      kvCache: best.kvCache,
      frameStates: best.frameStates?.resized(content.pairs.count),
      slot: undefined,
    };
    this.#pin(entry, rule);
    return entry;
  }

  #create(content: PrefixContent, rule: KeepRule): Entry {
    const needed = content.keys.length + content.maxNewTokens;
    const capacity = rule.keep === 'never' ? needed : needed + spareTokens;
    const frameStates = rule.withFrameStates
      ? new FrameStates(content.pairs.count, content.pairs.tokensPerPair, this.#hiddenSize)
      : undefined;
    const entry: Entry = {
      content,
      kvCache: this.#language.createCache(capacity),
      frameStates,
      slot: undefined,
    };
    this.#pin(entry, rule);
    return entry;
  }

  #pin(entry: Entry, rule: KeepRule): void {
    if (rule.keep === 'never') return;
    const bytes = bytesOf(entry, entry.content.keys.length + entry.content.maxNewTokens);
    if (rule.keep === 'if-room' && !this.#budget.hasRoomFor(bytes)) return;
    entry.slot = this.#budget.take('prefixes', bytes, () => this.#entries.delete(entry), true);
  }

  #putBack(entry: Entry): void {
    if (entry.slot === undefined) return;
    entry.kvCache.truncate(entry.content.keys.length);
    if (entry.kvCache.length === 0) {
      this.#budget.release(entry.slot);
      return;
    }
    this.#entries.add(entry);
    this.#budget.unpin(entry.slot, bytesOf(entry, entry.kvCache.length));
  }
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
  const { firstToken, count, tokensPerPair } = content.pairs;
  const visual = length - firstToken;
  if (visual <= 0 || visual >= count * tokensPerPair) return length;
  return firstToken + Math.floor(visual / tokensPerPair) * tokensPerPair;
}

function sameToken(old: PrefixContent, content: PrefixContent, index: number): boolean {
  if (old.keys[index] !== content.keys[index]) return false;
  for (let row = 0; row < 3; row++) {
    const before = old.positions[row * old.keys.length + index];
    if (before !== content.positions[row * content.keys.length + index]) return false;
  }
  return true;
}

function pairsWithin(content: PrefixContent, length: number): number {
  const visual = Math.max(0, length - content.pairs.firstToken);
  return Math.min(content.pairs.count, Math.floor(visual / content.pairs.tokensPerPair));
}

function bytesOf(entry: Entry, tokens: number): number {
  const { kvCache, frameStates } = entry;
  return Math.ceil((kvCache.bytes / kvCache.capacity) * tokens) + (frameStates?.bytes ?? 0);
}
