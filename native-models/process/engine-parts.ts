import type { Agent } from '../agent/agent.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import type { DoctorReport } from '../protocol/doctor-report.ts';
import type { ImportProgress, ImportReport, ImportRequest } from '../protocol/import-request.ts';
import type { KeptFeaturesChange, KeptFeaturesState } from '../protocol/kept-features.ts';
import type { InspectReport } from '../protocol/inspect-report.ts';
import type { DeviceRequest, RuntimeName } from '../protocol/roles.ts';
import type { RunEstimate } from '../protocol/run-estimate.ts';
import type { EvaluationParts } from './evaluation-parts.ts';

/** What the message loop hands work to; replaced in tests. */
export interface EngineParts {
  openPackage(
    path: string,
    options: {
      readonly device: DeviceRequest;
      readonly runtime?: RuntimeName | undefined;
      readonly threads?: number | undefined;
      /** Why nothing but the processor is to be used. */
      readonly distrust?: string | undefined;
    },
  ): Promise<LoadedModel>;
  /** `openSec`: what opening it took. */
  createAgent(model: LoadedModel, openSec: number): Agent;
  /** Says what a question would look at, need and take, without opening a package. */
  estimateRun(
    request: AskRequest,
    options: {
      readonly signal: AbortSignal;
      /** The agent around the package, where it is open. */
      readonly opened: Agent | undefined;
    },
  ): Promise<RunEstimate>;
  importCheckpoint(
    request: ImportRequest,
    options: { readonly onProgress: (progress: ImportProgress) => void; readonly signal: AbortSignal },
  ): Promise<ImportReport>;
  inspectFolder(path: string): Promise<InspectReport>;
  examineMachine(): Promise<DoctorReport>;
  keptFeatures(): Promise<KeptFeaturesState>;
  changeKeptFeatures(change: KeptFeaturesChange): Promise<KeptFeaturesState>;
  readonly evaluation: EvaluationParts;
}
