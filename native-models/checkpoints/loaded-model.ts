import type {
  ChatTemplate,
  FamilyTraits,
  GroundingHead,
  LanguageModel,
  NetworkShape,
  TextTokenizer,
  VisionEncoder,
} from '../architectures/vision-language-model.ts';
import type { Device, Precision, Role, RuntimeName } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { Transfers } from '../runtime/runtime.ts';
import type { PromptSet, PromptSource, ReasonerSettings } from './manifest.ts';

/** Sampling values of a checkpoint; absent: it names none. */
export interface CheckpointSampling {
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly repetitionPenalty?: number;
}

/** A model package in memory, ready to be asked: one base network, loaded once, and what each role adds to it. */
export interface LoadedModel {
  readonly name: string;
  readonly path: string;
  readonly checksum: string;
  readonly precision: Precision;
  readonly device: Device;
  /** The coarsest type that values go through there. */
  readonly coarsest: 'float32' | 'float16';
  /** The machine's name for it, for example that of the GPU. */
  readonly deviceName: string;
  readonly runtime: RuntimeName;
  /** Why it runs there. */
  readonly deviceReason: string;
  /** Roles that this package can play. The answerer is always among them: it is the bare base. */
  readonly roles: readonly Role[];
  readonly toy: boolean;
  readonly promptSet: PromptSet;
  readonly promptSource: PromptSource;
  /**
   * How this model is shown videos when it reasons aloud; undefined for models that the Chain-of-LoRA agent runs. Its
   * weights are those of the answerer, the bare base.
   */
  readonly reasoner: ReasonerSettings | undefined;
  readonly network: NetworkShape;
  readonly family: FamilyTraits;
  /** Sampling that the checkpoint's own generation_config.json asks for; not used unless asked for. */
  readonly checkpointSampling: CheckpointSampling;
  readonly vision: VisionEncoder;
  readonly language: LanguageModel;
  readonly groundingHead: GroundingHead | undefined;
  /** What crossed between memory and device up to now. */
  transfers(): Transfers;
  readonly tokenizer: TextTokenizer;
  readonly chatTemplate: ChatTemplate;
  /** What the user should know about this package on this machine (built-in prompts, a device that was not to be had). */
  readonly warnings: readonly RunWarning[];
  /**
   * What is computed from now on ends with CANCELLED as soon as this signal is aborted, even in the middle of a graph, where
   * the runtime can do that; undefined: nothing does.
   */
  heed(signal: AbortSignal | undefined): void;
  dispose(): Promise<void>;
}
