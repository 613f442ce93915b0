import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { programPath } from '../host/paths.ts';

/** `bench …`: hands everything over to bench/run.ts, which speaks to the engine's insides and so is a program of its own. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description(
      'Measure import, loading, prefill, decode and vision on this machine (bench --help for more).',
    )
    .argument('[arguments...]', 'what bench/run.ts takes')
    .allowUnknownOption()
    .helpOption(false)
    .action(async (_arguments: string[], _options: unknown, command: Command) => {
      const entry = path.join(programPath, 'bench', 'run.ts');
      // Ctrl-C reaches the benchmark by itself; it decides how to end.
      process.removeAllListeners('SIGINT');
      process.on('SIGINT', () => undefined);
      const child = spawn(process.execPath, [entry, ...command.args], { stdio: 'inherit' });
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    });
}
