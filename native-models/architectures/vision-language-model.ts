import type { Frame, FrameSize } from '../media/video.ts';
import type { Role } from '../protocol/roles.ts';
import type { KvCache } from '../runtime/kv-cache.ts';

/** Sizes and ids of a network that the agent has to know; they come from its configuration, never from constants. */
export interface NetworkShape {
  readonly hiddenSize: number;
  /** Rows of the embedding table, padding included. */
  readonly vocabularySize: number;
  /** Longest sequence in tokens. */
  readonly maxPositions: number;
  /** Side of a square patch in pixels, e.g. 14. */
  readonly patchSize: number;
  /** Patches a side that are merged into one visual token, e.g. 2. */
  readonly mergeSize: number;
  /** Frames a temporal patch, e.g. 2 (a frame pair). */
  readonly temporalPatchSize: number;
  readonly tokens: {
    readonly visionStart: number;
    readonly visionEnd: number;
    readonly videoPad: number;
    readonly imagePad: number;
    /** Generation ends at any of these. */
    readonly end: readonly number[];
    /** `<|reg|>`, `<|seg_start|>`, `<|seg_end|>` of a VideoMind checkpoint. */
    readonly reg?: number;
    readonly segStart?: number;
    readonly segEnd?: number;
  };
}

/** The vision tower: shared by all roles, since each frame pair is independent and no adapter touches it. */
export interface VisionEncoder {
  /** Names the weights (and an adapter of the tower, if any) that features depend on, for cache keys. */
  weightsKey(role: Role): string;
  /**
   * Encodes frame pairs: `frames` has an even number of frames, all of `size` (multiples of patchSize × mergeSize).
   * Returns one array per pair: (height/28 × width/28, hidden) row-major.
   */
  encode(role: Role, frames: readonly Frame[], size: FrameSize): Promise<Float32Array[]>;
}

/** Result of one forward pass. */
export interface ForwardResult {
  /** The last row's state after the final norm: (hidden). */
  readonly lastState: Float32Array;
  /** States before the final norm of all rows: (sequence, hidden). */
  readonly preNormStates: Float32Array;
}

/** The decoder with its adapters. One forward pass is one piece of work: a prefill chunk, or a token. */
export interface LanguageModel {
  /** Rows that one `forward` should get at most. */
  readonly chunkRows: number;
  /** Reserves room for keys and values of `capacity` tokens. */
  createCache(capacity: number): KvCache;
  /** Looks up the role's embeddings: (tokenIds.length, hidden). */
  embed(role: Role, tokenIds: readonly number[]): Promise<Float32Array>;
  /**
   * Feeds `rows` rows after what `cache` holds and appends their keys and values to it.
   * `embeddings`: (rows, hidden); `positions`: (3, rows) time, height, width rows, row-major.
   */
  forward(
    role: Role,
    embeddings: Float32Array,
    positions: Int32Array,
    cache: KvCache,
  ): Promise<ForwardResult>;
  /** The role's lm_head on one normalized state: (vocabulary). */
  logits(role: Role, lastState: Float32Array): Promise<Float32Array>;
}

/** What the grounding head reads out of a `<|reg|>` state. */
export interface GroundingResult {
  /** [start, end, score] normalized to the video's length, sorted, suppressed, at most 100. */
  readonly rows: [number, number, number][];
  /** Scores of all points of the pyramid, finest level first. */
  readonly saliency: Float32Array;
}

export interface GroundingHead {
  /** `frameStates`: (pairs, hidden), mean pre-norm state of each frame pair's visual tokens; `regState`: (hidden). */
  ground(frameStates: Float32Array, regState: Float32Array): Promise<GroundingResult>;
}

/** Text to ids and back. */
export interface TextTokenizer {
  encode(text: string): number[];
  /** Special tokens are left out unless `keepSpecial`; spaces are left as they are. */
  decode(ids: readonly number[], options?: { readonly keepSpecial?: boolean }): string;
  tokenId(token: string): number | undefined;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content:
    string | readonly ({ readonly type: 'video' } | { readonly type: 'text'; readonly text: string })[];
}
/** The checkpoint's chat template. */
export type ChatTemplate = (
  messages: readonly ChatMessage[],
  options: { readonly addGenerationPrompt: boolean },
) => string;
