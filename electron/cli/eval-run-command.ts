import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import { evaluationEngines, localRunner, runBenchmark } from '../host/evaluation/run-benchmark.ts';
import type { Shard } from '../host/evaluation/run-settings.ts';
import { withEngines } from './eval-session.ts';
import type { RunOptions } from './eval-source-options.ts';
import { addMachineOptions, addRunOptions, runSettings, shardOption } from './eval-source-options.ts';
import { reportOutcome, runWatcher } from './eval-run-view.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Options that say what engines run on. */
export interface MachineOptions {
  readonly workers: number;
  readonly device: DeviceRequest[];
  readonly threads?: number;
}

interface Options extends RunOptions, MachineOptions {
  readonly shard?: Shard;
  readonly json?: boolean;
}

const examples = `
Examples:
  videomind eval run charades_sta --data data --model packages/videomind-2b --out runs/charades
  videomind eval run nextgqa --data data --model packages/videomind-2b --out runs/nextgqa --workers 2
  videomind eval run cgbench --data data --model packages/videomind-2b --out runs/cgbench --shard 0/4

A run that was stopped or killed goes on when the same command is given again. Shards may share a folder.`;

/** `eval run NAME`: runs a benchmark; results are on the disk as they come. */
export function addEvalRunCommand(program: Command, terminal: Terminal): void {
  const command = program.command('run').description('Run a benchmark, or go on with a run.');
  addMachineOptions(addRunOptions(command))
    .option('--shard <i/n>', 'only a part of the videos: part i of n, from 0', shardOption)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (name: string, options: Options) => {
      const json = options.json ?? false;
      await runSession(terminal, json, async ({ signal }) => {
        const settings = runSettings(name, options, options.shard ?? { index: 0, of: 1 });
        const outcome = await withEngines(options.workers, async (supervisors) => {
          const engines = evaluationEngines(supervisors, machinery(options));
          const [reader] = engines;
          if (reader === undefined) throw new RangeError('A run needs an engine.');
          return runBenchmark(
            settings,
            path.resolve(options.model),
            path.resolve(options.out),
            reader,
            () => localRunner(engines, signal),
            runWatcher(terminal),
            signal,
          );
        });
        reportOutcome(terminal, outcome, options.out, json);
      });
    });
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
