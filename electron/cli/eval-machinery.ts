import os from 'node:os';
import path from 'node:path';
import type { DeviceRequest, RuntimeName } from '../../native-models/protocol/roles.ts';
import type { EngineSupervisor } from '../host/engine/supervisor.ts';
import { chatAsker, chatModel, refuseForChat } from '../host/evaluation/chat/chat-asker.ts';
import type { ChatBackend } from '../host/evaluation/chat/chat-asker.ts';
import { Pace } from '../host/evaluation/chat/pace.ts';
import {
  evaluationEngines,
  localRunner,
  packageModel,
  runBenchmark,
} from '../host/evaluation/run-benchmark.ts';
import type { RunOutcome } from '../host/evaluation/run-benchmark.ts';
import type { RunModel, RunSettings, Shard } from '../host/evaluation/run-settings.ts';
import type { SweepAxis } from '../host/evaluation/sweep-variants.ts';
import type { RunOptions } from './eval-source-options.ts';
import { runWatcher } from './eval-run-view.ts';
import type { Terminal } from './terminal.ts';

/** Options that say what engines run on. */
export interface MachineOptions {
  readonly workers: number;
  readonly device: DeviceRequest[];
  readonly runtime?: RuntimeName;
  readonly threads?: number;
}

/** Options of `eval run`, as commander reads them. */
export interface EvalRunOptions extends Omit<RunOptions, 'data' | 'model'>, MachineOptions {
  readonly data?: string;
  readonly model?: string;
  readonly shard?: Shard;
  readonly from?: string;
  readonly set?: SweepAxis[];
  readonly repeats: number;
  readonly backend?: 'openai';
  readonly endpoint?: string;
  readonly keyFrom: string;
  readonly perMinute?: number;
  readonly retryPause: number;
  readonly stream: boolean;
  readonly promptPrice?: number;
  readonly replyPrice?: number;
  readonly json?: boolean;
}

/** The model behind an endpoint that a run asks, where one is named. */
export function chatBackend(options: EvalRunOptions & { readonly model: string }): ChatBackend | undefined {
  const { endpoint, model, keyFrom, retryPause, perMinute, stream } = options;
  if (endpoint === undefined) return undefined;
  const key = process.env[keyFrom];
  const firstPauseMs = retryPause * 1000;
  return {
    endpoint: { baseUrl: endpoint, model, key, firstPauseMs, failure: 'ENDPOINT_FAILED', streams: stream },
    pace: new Pace(perMinute),
  };
}

/** Engines that a run needs: a model elsewhere is asked so often at once, with frames from one. */
export function engineCount({ workers, endpoint }: EvalRunOptions): number {
  return endpoint === undefined ? workers : 1;
}

/** Runs with engines of this machine, or with a model behind an endpoint. */
export function runHere(
  terminal: Terminal,
  supervisors: readonly EngineSupervisor[],
  settings: RunSettings,
  options: EvalRunOptions & { readonly model: string },
  out: string,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const engines = evaluationEngines(supervisors, machinery(options));
  const [reader] = engines;
  if (reader === undefined) throw new RangeError('A run needs an engine.');
  const folder = path.resolve(out);
  const watcher = runWatcher(terminal);
  const backend = chatBackend(options);
  if (backend === undefined) {
    const open = packageModel(path.resolve(options.model));
    return runBenchmark(settings, open, folder, reader, () => localRunner(engines, signal), watcher, signal);
  }
  refuseForChat(settings);
  const asking = Array.from({ length: options.workers }, () => reader);
  const runner = localRunner(asking, signal, chatAsker(backend));
  const open = (): Promise<RunModel> => Promise.resolve(chatModel(backend.endpoint));
  return runBenchmark(settings, open, folder, reader, () => runner, watcher, signal);
}

/** What engines run on. Several share the processor's threads: each with all of them, they would only wait for each other. */
export function machinery(options: MachineOptions & { readonly model: string }): {
  readonly modelPath: string;
  readonly workers: number;
  readonly devices: readonly DeviceRequest[];
  readonly runtime: RuntimeName | undefined;
  readonly threads: number | undefined;
} {
  const { workers, device: devices, runtime, threads } = options;
  const shared = workers > 1 ? Math.max(1, Math.floor(os.availableParallelism() / workers)) : undefined;
  return { modelPath: path.resolve(options.model), workers, devices, runtime, threads: threads ?? shared };
}
