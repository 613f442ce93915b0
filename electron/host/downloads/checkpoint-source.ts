import type { SourceKey } from '../contract/downloads.ts';
import type { PlannedFile } from './planned-file.ts';
import type { Fetch } from './network-fetch.ts';
import type { Patience } from './retries.ts';

/** A service that checkpoints are downloaded from. */
export interface CheckpointSource {
  readonly key: SourceKey;
  /** As a person knows it: "the Hugging Face hub". */
  readonly title: string;
  /** Its address, or that of its mirror. */
  readonly url: string;
  /** With the person's token for it. */
  readonly fetch: Fetch;
  /**
   * What is in a repository now, with sizes and checksums.
   * @throws EngineError DOWNLOAD_FAILED, CANCELLED
   */
  list(repository: string, patience: Patience): Promise<PlannedFile[]>;
  /** Where it gives a file. */
  addressOf(file: PlannedFile): string;
  /** What to do where it gives nothing without a person's consent (401, 403). */
  readonly accessRemedy: string;
}
