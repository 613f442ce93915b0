import type {
  ChatTemplate,
  GroundingHead,
  LanguageModel,
  NetworkShape,
  TextTokenizer,
  VisionEncoder,
} from '../architectures/vision-language-model.ts';
import type { Device, Precision, Role } from '../protocol/roles.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import type { PromptSet, PromptSource } from './manifest.ts';

/** A model package in memory, ready to be asked: one base network, loaded once, and what each role adds to it. */
export interface LoadedModel {
  readonly name: string;
  readonly path: string;
  readonly checksum: string;
  readonly precision: Precision;
  readonly device: Device;
  /** Roles that this package can play. The answerer is always among them: it is the bare base. */
  readonly roles: readonly Role[];
  readonly toy: boolean;
  readonly promptSet: PromptSet;
  readonly promptSource: PromptSource;
  readonly network: NetworkShape;
  readonly vision: VisionEncoder;
  readonly language: LanguageModel;
  readonly groundingHead: GroundingHead | undefined;
  readonly tokenizer: TextTokenizer;
  readonly chatTemplate: ChatTemplate;
  /** What the user should know about this package on this machine (built-in prompts, a device that was not to be had). */
  readonly warnings: readonly RunWarning[];
  dispose(): Promise<void>;
}
