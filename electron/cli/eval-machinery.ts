import os from 'node:os';
import path from 'node:path';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import type { EngineSupervisor } from '../host/engine/supervisor.ts';
import { evaluationEngines, localRunner, runBenchmark } from '../host/evaluation/run-benchmark.ts';
import type { RunOutcome } from '../host/evaluation/run-benchmark.ts';
import type { RunSettings, Shard } from '../host/evaluation/run-settings.ts';
import type { SweepAxis } from '../host/evaluation/sweep-variants.ts';
import type { RunOptions } from './eval-source-options.ts';
import { runWatcher } from './eval-run-view.ts';
import type { Terminal } from './terminal.ts';

/** Options that say what engines run on. */
export interface MachineOptions {
  readonly workers: number;
  readonly device: DeviceRequest[];
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
  readonly json?: boolean;
}

/** Runs with engines of this machine. */
export function runHere(
  terminal: Terminal,
  supervisors: readonly EngineSupervisor[],
  settings: RunSettings,
  options: MachineOptions & { readonly model: string },
  out: string,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const engines = evaluationEngines(supervisors, machinery(options));
  const [reader] = engines;
  if (reader === undefined) throw new RangeError('A run needs an engine.');
  const runner = localRunner(engines, signal);
  const watcher = runWatcher(terminal);
  const [modelPath, folder] = [path.resolve(options.model), path.resolve(out)];
  return runBenchmark(settings, modelPath, folder, reader, () => runner, watcher, signal);
}

/** What engines run on. Several share the processor's threads: each with all of them, they would only wait for each other. */
export function machinery(options: MachineOptions & { readonly model: string }): {
  readonly modelPath: string;
  readonly workers: number;
  readonly devices: readonly DeviceRequest[];
  readonly threads: number | undefined;
} {
  const { workers, device: devices, threads } = options;
  const shared = workers > 1 ? Math.max(1, Math.floor(os.availableParallelism() / workers)) : undefined;
  return { modelPath: path.resolve(options.model), workers, devices, threads: threads ?? shared };
}
