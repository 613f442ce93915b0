import path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { BenchmarkName } from '../../native-models/protocol/eval-task.ts';
import { isTaskFile, readBenchmarkName } from '../host/evaluation/tasks/read-task-file.ts';
import { isAskSetting, withValues } from './sweep-options.ts';

/** The folder of a task file is its data folder where nothing else is said; undefined for a benchmark's key. */
export function taskDataFolder(name: string): string | undefined {
  return isTaskFile(name) ? path.dirname(path.resolve(name)) : undefined;
}

/**
 * A benchmark by its key or task file, and the options of a run with what the task says of asking, but where the command line says
 * it itself.
 *
 * @throws EngineError TASK_INVALID
 */
export async function askedBenchmark<Options extends object>(
  command: Command,
  name: string,
  options: Options,
): Promise<{ readonly benchmark: BenchmarkName; readonly options: Options }> {
  const benchmark = await readBenchmarkName(name);
  if (typeof benchmark === 'string') return { benchmark, options };
  const wanted = Object.entries(benchmark.ask ?? {}).filter(
    ([setting]) => command.getOptionValueSource(setting) !== 'cli',
  );
  const unknown = wanted.find(([setting]) => !isAskSetting(setting));
  if (unknown !== undefined) throw invalid(name, `ask.${unknown[0]}: is no setting of eval run`);
  try {
    const values = Object.fromEntries(wanted.map(([setting, value]) => [setting, String(value)]));
    return { benchmark, options: withValues(command, options, values) };
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw invalid(name, `ask: ${error.message}`);
    throw error;
  }
}

function invalid(file: string, fault: string): EngineError {
  return new EngineError('TASK_INVALID', `${file}: ${fault}`);
}
