import { rowsInMemory, type Rows } from '../../native-models/architectures/device-rows.ts';
import type { FrameSize, Frame } from '../../native-models/media/video.ts';
import type { LoadedModel } from '../../native-models/checkpoints/loaded-model.ts';
import type { ForwardResult } from '../../native-models/architectures/vision-language-model.ts';
import type { Role } from '../../native-models/protocol/roles.ts';
import type { TokenCache } from '../../native-models/runtime/kv-cache.ts';
import { seededUniform } from '../checkpoint/random-values.ts';

/** Tokens that prompts are drawn from: below the special ones, which a small vocabulary has further down. */
const PLAIN_TOKENS = 150_000;
/** Room for the longest prompt and the tokens after it. */
const CACHE_CAPACITY = 6144;

/** Frames of one size, in order. */
export interface Clip {
  readonly frames: readonly Frame[];
  readonly size: FrameSize;
}

/** The single pieces of the engine's work, on random input, as the agent has them done: pair by pair, chunk by chunk. */
export class ModelWork {
  readonly #model: LoadedModel;
  /** Whose weights are at work: the role that sees the most, or the plain model where there are no roles. */
  readonly #role: Role;
  readonly #cache: TokenCache;
  readonly #uniform = seededUniform(1);
  /** The prompt that decode requests go on from. */
  #kept: { readonly context: number; readonly following: number } | undefined;

  constructor(model: LoadedModel) {
    this.#model = model;
    this.#role = model.roles.includes('grounder') ? 'grounder' : 'answerer';
    this.#cache = model.language.createCache(CACHE_CAPACITY);
  }

  /** Gives back the cache. */
  release(): void {
    this.#cache.release();
  }

  /** The least that a reply needs: one token read and its logits; loads what is loaded when first used. */
  async firstLogits(): Promise<void> {
    await this.prefill(1);
  }

  /** Reads a prompt, to the logits of its last token. */
  async prefill(tokens: number): Promise<void> {
    await this.#readPrompt(tokens);
  }

  /** Median and sum of the seconds of `tokens` steps after a prompt of `context` tokens. */
  async decode(context: number, tokens: number): Promise<{ sec: number; totalSec: number }> {
    let following = this.#kept?.context === context ? this.#kept.following : await this.#readPrompt(context);
    this.#kept = { context, following };
    this.#cache.truncate(context);
    const seconds: number[] = [];
    for (let step = 0; step < tokens; step++) {
      const startMs = performance.now();
      following = await this.#tokenAfter(following, context + step);
      seconds.push((performance.now() - startMs) / 1000);
    }
    seconds.sort((a, b) => a - b);
    return { sec: seconds[seconds.length >> 1] ?? 0, totalSec: seconds.reduce((sum, sec) => sum + sec, 0) };
  }

  /** A clip of noise whose pairs have a grid of `gridHeight` × `gridWidth` patches. */
  randomFrames(pairs: number, gridHeight: number, gridWidth: number): Clip {
    const { patchSize, temporalPatchSize } = this.#model.network;
    const size = { height: gridHeight * patchSize, width: gridWidth * patchSize };
    const noise = Uint8Array.from({ length: size.height * size.width * 3 }, () => this.#uniform() * 256);
    const frames = Array.from({ length: pairs * temporalPatchSize }, (_, frameIndex) => ({
      frameIndex,
      rgb: noise,
    }));
    return { frames, size };
  }

  /** Vision features of a clip, one pair at a time: (tokens, hidden) each, wherever the model keeps them. */
  async encode({ frames, size }: Clip): Promise<Rows[]> {
    const pairSize = this.#model.network.temporalPatchSize;
    const features: Rows[] = [];
    for (let at = 0; at < frames.length; at += pairSize)
      features.push(...(await this.#model.vision.encode(this.#role, frames.slice(at, at + pairSize), size)));
    return features;
  }

  /** All that the grounder computes once its frames are decoded: features, prompt, tokens, head. */
  async grounderStep(clip: Clip, textTokens: number, generatedTokens: number): Promise<void> {
    const { network, groundingHead, language } = this.#model;
    const { hiddenSize, tokens, patchSize } = network;
    const features = (await this.encode(clip)).map(rowsInMemory);
    const visualTokens = features.reduce((sum, pair) => sum + pair.length / hiddenSize, 0);
    const ids = [
      ...this.#randomTokens(textTokens / 2),
      tokens.visionStart,
      ...new Array<number>(visualTokens).fill(tokens.videoPad),
      tokens.visionEnd,
      ...this.#randomTokens(textTokens / 2),
    ];
    const { positions, ropeDelta } = this.#model.family.positions(ids, {
      videos: [{ grid: [features.length, clip.size.height / patchSize, clip.size.width / patchSize] }],
    });
    const firstVisual = ids.indexOf(tokens.videoPad);
    const embeddings = await language.embed(this.#role, ids);
    let at = firstVisual * hiddenSize;
    for (const pair of features) {
      embeddings.set(pair, at);
      at += pair.length;
    }
    const states = new Float32Array(embeddings.length);
    let result = await this.#readChunks(embeddings, positions, states);
    for (let step = 0; step < generatedTokens; step++) {
      const following = largestIndex(await language.logits(this.#role, result.lastState));
      const position = this.#cache.length + ropeDelta;
      result = await language.forward(
        this.#role,
        await language.embed(this.#role, [following]),
        new Int32Array(3).fill(position),
        this.#cache,
      );
    }
    const visualStates = states.subarray(firstVisual * hiddenSize, (firstVisual + visualTokens) * hiddenSize);
    await groundingHead?.ground(
      meanStates(visualStates, features.length, hiddenSize),
      rowsInMemory(result.preNormStates).slice(-hiddenSize),
    );
  }

  #randomTokens(count: number): number[] {
    const plainTokens = Math.min(PLAIN_TOKENS, this.#model.network.tokens.visionStart);
    return Array.from({ length: count }, () => Math.floor(this.#uniform() * plainTokens));
  }

  /** Reads a random prompt from an empty cache; returns the token that follows. */
  async #readPrompt(tokens: number): Promise<number> {
    this.#kept = undefined;
    const { language } = this.#model;
    const embeddings = await language.embed(this.#role, this.#randomTokens(tokens));
    const positions = Int32Array.from({ length: 3 * tokens }, (_, index) => index % tokens); // (3, tokens)
    const { lastState } = await this.#readChunks(embeddings, positions);
    return this.#mostLikely(lastState);
  }

  /** Feeds (sequence, hidden) embeddings chunk by chunk into the emptied cache; gathers the pre-norm states if asked to. */
  async #readChunks(
    embeddings: Float32Array,
    positions: Int32Array,
    states?: Float32Array,
  ): Promise<ForwardResult> {
    const { language, network } = this.#model;
    const total = positions.length / 3;
    this.#kept = undefined;
    this.#cache.truncate(0);
    let result: ForwardResult | undefined;
    for (let start = 0; start < total; start += language.chunkRows) {
      const end = Math.min(total, start + language.chunkRows);
      const rows = [0, 1, 2].flatMap((row) => [
        ...positions.subarray(row * total + start, row * total + end),
      ]);
      result = await language.forward(
        this.#role,
        embeddings.subarray(start * network.hiddenSize, end * network.hiddenSize),
        Int32Array.from(rows),
        this.#cache,
      );
      states?.set(rowsInMemory(result.preNormStates), start * network.hiddenSize);
    }
    if (result === undefined) throw new Error('A prompt needs at least one token.');
    return result;
  }

  async #tokenAfter(token: number, position: number): Promise<number> {
    const { language } = this.#model;
    const { lastState } = await language.forward(
      this.#role,
      await language.embed(this.#role, [token]),
      new Int32Array(3).fill(position),
      this.#cache,
    );
    return this.#mostLikely(lastState);
  }

  /** The most likely token, chosen where the state is, as the agent has it chosen. */
  async #mostLikely(lastState: Rows): Promise<number> {
    const { language } = this.#model;
    return language.device === undefined
      ? largestIndex(await language.logits(this.#role, lastState))
      : language.device.mostLikely(this.#role, lastState);
  }
}

function largestIndex(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

/** (pairs, hidden): mean of each pair's rows of (pairs × tokens, hidden). */
function meanStates(states: Float32Array, pairs: number, hiddenSize: number): Float32Array {
  const rowsPerPair = states.length / hiddenSize / pairs;
  const means = new Float32Array(pairs * hiddenSize);
  for (let index = 0; index < states.length; index++) {
    const pair = Math.floor(index / hiddenSize / rowsPerPair);
    const place = pair * hiddenSize + (index % hiddenSize);
    means[place] = (means[place] ?? 0) + (states[index] ?? 0) / rowsPerPair;
  }
  return means;
}
