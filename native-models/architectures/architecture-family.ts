import type { FrameSize } from '../media/video.ts';
import type { BuiltGraph, WeightFiles } from '../onnx/built-graph.ts';
import type { Role } from '../protocol/roles.ts';
import type { Feeds, PlacedFeeds, Session } from '../runtime/runtime.ts';
import type { DeviceRows } from './device-rows.ts';
import type { Dialect } from './layers/dialect.ts';
import type { ProductOptions } from './layers/products.ts';
import type { SizedGraph } from './sized-graph.ts';
import type {
  FamilyTraits,
  LanguageModel,
  NetworkShape,
  TowerFrame,
  VisionEncoder,
} from './vision-language-model.ts';

/** Where a configuration came from; all parsed JSON. */
export interface ConfigSources {
  /** config.json of the checkpoint. */
  readonly base: Readonly<Record<string, unknown>>;
  /** config.json of the VideoMind folder. */
  readonly adapters?: Readonly<Record<string, unknown>> | undefined;
  readonly generation?: Readonly<Record<string, unknown>> | undefined;
  /** video_preprocessor_config.json or, where there is none, preprocessor_config.json. */
  readonly preprocessor?: Readonly<Record<string, unknown>> | undefined;
  /** preprocessor_config.json, for frames that are shown as single images; packages of earlier versions lack it. */
  readonly imagePreprocessor?: Readonly<Record<string, unknown>> | undefined;
}

/** What each role adds to the decoder trunk. */
export interface RoleWeights {
  /** Feeds of the trunk's adapter inputs; zeros for a role without an adapter. */
  adapterFeeds(role: Role): Promise<Feeds>;
  /** Embedding rows of a role: (tokenIds.length, hidden). */
  embed(role: Role, tokenIds: readonly number[]): Promise<Float32Array>;
  /** The session of a role's lm_head. */
  head(role: Role): Promise<Session>;
}

/** The same with adapters that live on the device. */
export interface DeviceRoleWeights extends Omit<RoleWeights, 'adapterFeeds'> {
  adapterFeeds(role: Role): Promise<PlacedFeeds>;
}

/** Adapter matrices of the tower by role, and the name that cache keys use for them. */
export interface VisionAdapters {
  /** Feeds of the tower's adapter inputs for a role; zeros for a role without such an adapter. */
  feeds(role: Role): Promise<Feeds>;
  /** Names what the features depend on beside frames and size. */
  key(role: Role): string;
}

/** The same with adapters that live on the device. */
export interface DeviceVisionAdapters extends Omit<VisionAdapters, 'feeds'> {
  feeds(role: Role): Promise<PlacedFeeds>;
}

/**
 * A piece of a network that can be run by itself, its weights as inputs: calibration passes a network through the memory
 * of one stage, and tests look between any two.
 */
export interface LayerStage {
  /** Module path in the checkpoint, e.g. `visual.blocks.3`. */
  readonly name: string;
  readonly part: 'vision' | 'decoder';
  /** Stages of one kind have the same graph, but for the names of their weights. */
  readonly kind: string;
  /** Whether `next` is the state that the following stage reads, or features that leave the tower. */
  readonly result: 'state' | 'features';
  /** Width of the rows of `state`. */
  readonly width: number;
  /** Everything but `state` and the weights. */
  readonly feeds: Feeds;
  /** Activations that products read: the graph's output, the name that its outlier channels go by, its channels. */
  readonly productInputs: readonly {
    readonly output: string;
    readonly name: string;
    readonly size: number;
  }[];
  /** `state` → `next` and each product input. */
  build(options: ProductOptions): BuiltGraph;
}

/** What a network on a device is made of. */
export interface DeviceParts {
  readonly rows: DeviceRows;
  readonly dialect: Dialect;
  readonly tower: SizedGraph;
  readonly towerAdapters: DeviceVisionAdapters;
  readonly trunk: SizedGraph;
  readonly roles: DeviceRoleWeights;
}

/** What running a network takes beside its weights, in bytes: told before it is run, so about. */
export interface NetworkMemory {
  /** Keys and values of one token in all layers. */
  readonly keyValueBytesPerToken: number;
  /** The tower at work on one frame pair of so many patches: its widest layer and its attention. */
  visionBytes(patches: number): number;
  /** The decoder at work on the last piece of a prompt of so many tokens. */
  decoderBytes(tokens: number): number;
}

/** One network of a family, with the sizes of its configuration. */
export interface Network {
  readonly shape: NetworkShape;
  readonly memory: NetworkMemory;
  readonly traits: FamilyTraits;
  /** Layers of tower and decoder together. */
  readonly layerCount: number;
  /** Whether lm_head is the embedding table; undefined: the configuration does not say. */
  readonly tied: boolean | undefined;
  buildVision(options: ProductOptions, weights: WeightFiles): BuiltGraph;
  buildDecoder(options: ProductOptions, weights: WeightFiles): BuiltGraph;
  /** Normalized patches of frame pairs, in the order in which the tower reads them: (pairs × patches, patch). */
  patches(frames: readonly TowerFrame[], size: FrameSize): Float32Array;
  /**
   * The tower piece by piece, from patches to features, deepstack's as they come, the main ones last; rows stand in the
   * tower's own order of cells.
   */
  visionStages(size: FrameSize, pairs: number): LayerStage[];
  /** The decoder layer by layer, read from its start; `positions` is (3, rows). Deepstack is for the caller to add. */
  decoderStages(positions: Int32Array): LayerStage[];
  /** The norm after the last layer, which vocabulary heads read. */
  finalNormStage(): LayerStage;
  /**
   * What a tower of one pass leaves, the features and each deepstack level in the tower's own order of cells, as one array per
   * pair, cells line by line: (1 + deepstackLevels, tokens, hidden).
   */
  pairFeatures(levels: readonly Float32Array[], size: FrameSize): Float32Array[];
  createVisionEncoder(session: Session, adapters: VisionAdapters): VisionEncoder;
  createLanguageModel(trunk: Session, roles: RoleWeights): LanguageModel;
  /** Both on a device, of graphs in a dialect for devices. */
  createOnDevice(parts: DeviceParts): { readonly vision: VisionEncoder; readonly language: LanguageModel };
}

/** A family of networks that share their form and differ in their sizes. */
export interface ArchitectureFamily {
  /** As in a package's manifest. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** Values of `model_type` in config.json. */
  readonly modelTypes: readonly string[];
  /** Which agent runs its checkpoints without adapters: the Chain of LoRA, or the one that lets them reason aloud. */
  readonly agent: 'chain' | 'reasoner';
  /** The name under which the graphs look for a tensor of a checkpoint, whatever tool saved it. */
  tensorName(savedName: string): string;
  /** @throws EngineError CONFIG_INVALID naming the field. */
  readNetwork(sources: ConfigSources): Network;
}
