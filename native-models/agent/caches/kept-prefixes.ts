import { createHash } from 'node:crypto';
import { KvCache } from '../../runtime/kv-cache.ts';
import { MemoryFrameStates } from './frame-states.ts';
import type { FrameStates } from './frame-states.ts';
import type { KeptFeatures } from './kept-features/kept-features.ts';
import type { PrefixContent } from './prefix-cache.ts';
import type { TokenCache } from '../../runtime/kv-cache.ts';

/** One prompt may take this share of the disk's budget: larger ones would push all others out. */
const mostShare = 1 / 4;

/** Keys, values and frame states that a run works on. */
export interface PrefixState {
  readonly kvCache: TokenCache;
  readonly frameStates: FrameStates | undefined;
}

/**
 * Keys, values and frame states of _system + video_ on disk, in the folder and under the budget of kept features: what takes a
 * network minutes to read is read from the disk in a second. One is kept for each role, video and frames, and found by all of its
 * content alone. What is damaged or gone is a miss.
 */
export class KeptPrefixes {
  readonly #kept: KeptFeatures;
  readonly #weights: string;

  constructor(kept: KeptFeatures, weights: string) {
    this.#kept = kept;
    this.#weights = weights;
  }

  /** Fills a fresh state with what is kept of a prompt's video; false where nothing is. */
  async read(content: PrefixContent, { kvCache, frameStates }: PrefixState): Promise<boolean> {
    const tokens = videoTokens(content);
    if (tokens === 0 || !(kvCache instanceof KvCache) || kvCache.length > 0) return false;
    const group = this.#groupOf(content, tokens);
    await this.#kept.open(group);
    const names = namesOf(kvCache, frameStates);
    if (!names.every((name) => this.#kept.has(group, name))) return false;
    const found = await this.#kept.read(group, names);
    const rows = (name: string, length: number) => {
      const values = found.get(name);
      return values?.length === length ? values : undefined;
    };
    const layers = Array.from({ length: kvCache.layers }, (_, layer) => ({
      keys: rows(`keys.${layer}`, tokens * kvCache.rowSize),
      values: rows(`values.${layer}`, tokens * kvCache.rowSize),
    }));
    const whole = layers.flatMap(({ keys, values }) =>
      keys === undefined || values === undefined ? [] : [{ keys, values }],
    );
    if (whole.length < kvCache.layers) return false;
    if (frameStates instanceof MemoryFrameStates) {
      const means = rows('frames', frameStates.means.length);
      if (means === undefined) return false;
      frameStates.means.set(means);
    } else if (frameStates !== undefined) return false;
    kvCache.append(
      tokens,
      (layer) => whole[layer] ?? { keys: new Float32Array(), values: new Float32Array() },
    );
    return true;
  }

  /** How many tokens of a prompt are kept. */
  async reusable(content: PrefixContent): Promise<number> {
    const tokens = videoTokens(content);
    if (tokens === 0) return 0;
    const group = this.#groupOf(content, tokens);
    await this.#kept.open(group);
    return this.#kept.has(group, 'keys.0') ? tokens : 0;
  }

  /** Keeps what was read of a prompt's video, where the disk has room for it. */
  async write(content: PrefixContent, { kvCache, frameStates }: PrefixState): Promise<void> {
    const tokens = videoTokens(content);
    if (tokens === 0 || !(kvCache instanceof KvCache) || kvCache.length < tokens) return;
    const means = frameStates instanceof MemoryFrameStates ? frameStates.means : undefined;
    if (frameStates !== undefined && means === undefined) return;
    const elements = tokens * kvCache.rowSize;
    const bytes = 2 * kvCache.layers * elements * Float32Array.BYTES_PER_ELEMENT + (means?.byteLength ?? 0);
    if (bytes > this.#kept.budgetBytes * mostShare) return;
    const group = this.#groupOf(content, tokens);
    await this.#kept.open(group);
    if (namesOf(kvCache, frameStates).every((name) => this.#kept.has(group, name))) return;
    const layers = Array.from({ length: kvCache.layers }, (_, layer) => [
      { key: `keys.${layer}`, features: kvCache.keys(layer).subarray(0, elements) },
      { key: `values.${layer}`, features: kvCache.values(layer).subarray(0, elements) },
    ]);
    await this.#kept.write(group, [
      ...layers.flat(),
      ...(means === undefined ? [] : [{ key: 'frames', features: means }]),
    ]);
  }

  #groupOf({ role, keys, positions }: PrefixContent, tokens: number): string {
    const digest = createHash('sha256').update(JSON.stringify([role, keys.slice(0, tokens)]));
    const row = keys.length;
    for (let axis = 0; axis < 3; axis++) digest.update(positions.subarray(axis * row, axis * row + tokens));
    return `prefix/${digest.digest('hex')}/${this.#weights}`;
  }
}

/** Tokens up to the last visual one of the first look: what all questions about the video, and all turns of a conversation, have in common. */
function videoTokens({ keys, pairs, firstPairs }: PrefixContent): number {
  let left = pairs.slice(0, firstPairs).reduce((sum, tokens) => sum + tokens, 0);
  if (left === 0) return 0;
  return keys.findIndex((key) => typeof key === 'string' && --left === 0) + 1;
}

function namesOf(kvCache: KvCache, frameStates: FrameStates | undefined): string[] {
  const layers = Array.from({ length: kvCache.layers }, (_, layer) => [`keys.${layer}`, `values.${layer}`]);
  return [...layers.flat(), ...(frameStates === undefined ? [] : ['frames'])];
}
