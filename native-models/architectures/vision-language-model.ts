import type { FrameSize } from '../media/video.ts';
import type { JsonValue } from '../python-text/json-value.ts';
import type { Role } from '../protocol/roles.ts';
import type { TokenCache } from '../runtime/kv-cache.ts';
import type { DeviceTensor } from '../runtime/runtime.ts';
import type { DeviceRows, Rows } from './device-rows.ts';

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
  /** Decoder layers, from the first, that the vision tower feeds beside the embeddings (Qwen3-VL's deepstack); 0: none. */
  readonly deepstackLevels: number;
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

/**
 * A frame as the vision tower takes it: RGB on the scale 0..255, (height, width, 3) row-major. Float values, which a
 * processor's own resize leaves, may lie outside that range.
 */
export interface TowerFrame {
  readonly frameIndex: number;
  readonly rgb: Uint8Array | Float32Array;
}

/** A video's or image's patch grid: temporal patches, lines and columns of patches before merging. */
export type GridTHW = readonly [number, number, number];

/** What a token sequence shows: its videos and images, each in the order in which they stand in it. */
export interface ShownBlocks {
  readonly videos: readonly {
    readonly grid: GridTHW;
    /** Seconds from one frame pair to the next, 2 ÷ effective frame rate; only families that time positions read it. */
    readonly secondsPerPair?: number | undefined;
  }[];
  readonly images?: readonly { readonly grid: GridTHW }[];
  /**
   * `exact` (default): times are cut to positions at the end; `whole`: seconds per pair are cut to a whole number first, as
   * transformers up to 4.57 did.
   */
  readonly secondsRule?: 'exact' | 'whole';
}

/** Rotary positions of a token sequence. */
export interface RotaryPositions {
  /** (3, sequence) row-major: time, height, width. */
  readonly positions: Int32Array;
  /** A generated token's position, in all rows, is its index in the sequence plus this. */
  readonly ropeDelta: number;
}

/** How a family resizes the frames that a reader chose and sized. */
export interface ClipSizing {
  /** Both sides become multiples of this many pixels: patch × merge. */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
  /** Whether the limits count the pixels of one frame or of all frames together. */
  readonly limitsCount: 'frame' | 'clip';
  /**
   * Whether resized values are fed as the floats that they are, rounded and clamped to bytes at the end, or computed in whole
   * numbers, as PyTorch resizes bytes.
   */
  readonly values: 'floats' | 'bytes' | 'whole-numbers';
}

/** What an agent has to know of a network family to prompt it. */
export interface FamilyTraits {
  /** As in a package's manifest, e.g. `qwen2.5-vl`. */
  readonly name: string;
  /**
   * How the network is told when a frame pair was: not at all (`order`), by positions that advance with the seconds, or by
   * a stamp in the text before each pair, which then has a vision start and end of its own.
   */
  readonly pairTimes: 'order' | 'positions' | 'stamps';
  /** What it counts places in a picture by where it names them: pixels of the picture as fed, or thousandths of its sides. */
  readonly coordinates: 'pixels' | 'thousandths';
  readonly clipSizing: ClipSizing;
  /** How frames are resized that are shown as single images; its limits count one frame. */
  readonly imageSizing: ClipSizing;
  /** Positions of a prompt whose visual tokens are expanded. */
  positions(tokenIds: readonly number[], blocks: ShownBlocks): RotaryPositions;
}

/** The vision tower: shared by all roles, since each frame pair is independent and no adapter touches it. */
export interface VisionEncoder {
  /** Names the weights (and an adapter of the tower, if any) that features depend on, for cache keys. */
  weightsKey(role: Role): string;
  /** Frame pairs of a size that one `encode` should get at most: several small ones cost little more than one. */
  pairsAtOnce(size: FrameSize): number;
  /**
   * Encodes frame pairs: `frames` has an even number of frames, all of `size` (multiples of patchSize × mergeSize).
   * Returns one array per pair: (1 + deepstackLevels, tokens, hidden) row-major, the features first, then what is added
   * after each of the first decoder layers; tokens = height × width ÷ (patchSize × mergeSize)².
   */
  encode(role: Role, frames: readonly TowerFrame[], size: FrameSize): Promise<Rows[]>;
}

/** Result of one forward pass; on a device it is valid until the next one. */
export interface ForwardResult {
  /** The last row's state after the final norm: (hidden). */
  readonly lastState: Rows;
  /** States before the final norm of all rows: (sequence, hidden); on a device rows of padding may come first. */
  readonly preNormStates: Rows;
}

/** What is added to the first decoder layers' results: (levels, rows, hidden), on a device a tensor (rows, hidden) each. */
export type Deepstack = Float32Array | readonly DeviceTensor[];

/** How one token is chosen from logits. */
export interface ChoiceRule {
  /** 0: the most likely token, the first of equals; else drawn from the softmax of the logits divided by it. */
  readonly temperature: number;
  /** The number that it is drawn with: 0 up to 1, 1 excluded. */
  readonly random: number;
  /** Tokens that are made less likely before: a negative logit is multiplied by the factor, any other divided. */
  readonly penalty?: { readonly ids: readonly number[]; readonly factor: number };
}

/** What a language model on a device does there, so that only what it says comes back. */
export interface DeviceWork {
  /** Pieces of work on rows of its width. */
  readonly rows: DeviceRows;
  /** The most likely token, the first of equals. @throws EngineError WEIGHTS_NOT_FINITE */
  mostLikely(role: Role, lastState: Rows): Promise<number>;
  /** The token that a rule chooses; the logits stay there. @throws EngineError WEIGHTS_NOT_FINITE */
  choose(role: Role, lastState: Rows, rule: ChoiceRule): Promise<number>;
  /** Logits of some tokens, and their probabilities over the vocabulary. @throws EngineError WEIGHTS_NOT_FINITE */
  probabilities(
    role: Role,
    lastState: Rows,
    ids: readonly number[],
  ): Promise<{ readonly logits: readonly number[]; readonly probabilities: readonly number[] }>;
  /** Brings the last row of some states back: (hidden). */
  readLastRow(states: Rows): Promise<Float32Array>;
}

/** The decoder with its adapters. One forward pass is one piece of work: a prefill chunk, or a token. */
export interface LanguageModel {
  /** Rows that one `forward` should get at most. */
  readonly chunkRows: number;
  /** Reserves room for keys and values of `capacity` tokens. */
  createCache(capacity: number): TokenCache;
  /** Present where states, keys and values stay on a device. */
  readonly device?: DeviceWork | undefined;
  /** Looks up the role's embeddings: (tokenIds.length, hidden). */
  embed(role: Role, tokenIds: readonly number[]): Promise<Float32Array>;
  /**
   * Feeds `rows` rows after what `cache` holds and appends their keys and values to it.
   * `embeddings`: (rows, hidden); `positions`: (3, rows) time, height, width rows, row-major; `deepstack`:
   * (deepstackLevels, rows, hidden), zero at text; absent where no row is a visual token.
   */
  forward(
    role: Role,
    embeddings: Rows,
    positions: Int32Array,
    cache: TokenCache,
    deepstack?: Deepstack,
  ): Promise<ForwardResult>;
  /** The role's lm_head on one normalized state: (vocabulary). */
  logits(role: Role, lastState: Rows): Promise<Float32Array>;
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
  ground(frameStates: Rows, regState: Float32Array): Promise<GroundingResult>;
}

/** Text to ids and back. */
export interface TextTokenizer {
  encode(text: string): number[];
  /** Special tokens are left out unless `keepSpecial`; spaces are left as they are. */
  decode(ids: readonly number[], options?: { readonly keepSpecial?: boolean }): string;
  tokenId(token: string): number | undefined;
}

/** A call of a tool, as a chat template writes it. */
export interface ChatToolCall {
  readonly name: string;
  /** As the model wrote them, read: what stands in the history is written anew from it. */
  readonly arguments: JsonValue;
}

/** A part of a message. */
export type ChatPart =
  { readonly type: 'video' } | { readonly type: 'image' } | { readonly type: 'text'; readonly text: string };

/** A message of a conversation; `tool` is the result of a call. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly ChatPart[];
  /** Calls at the end of an assistant's message. */
  readonly toolCalls?: readonly ChatToolCall[] | undefined;
}

/** The checkpoint's chat template. */
export type ChatTemplate = (
  messages: readonly ChatMessage[],
  options: {
    readonly addGenerationPrompt: boolean;
    /** Number the videos and images (`Video 1: …`), in templates that can. Default false. */
    readonly addVisionId?: boolean;
    /** Tools that the model may call, as its template describes them; default none. */
    readonly tools?: readonly JsonValue[] | undefined;
  },
) => string;
