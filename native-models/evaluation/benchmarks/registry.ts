import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../../protocol/errors.ts';
import { type BenchmarkName, benchmarkKey } from '../../protocol/eval-task.ts';
import { builtInTasks } from '../tasks/built-in-tasks.ts';
import { taskDataSet } from '../tasks/task-data-set.ts';
import type { DataSet } from './data-set.ts';
import { groundingSets } from './registry/grounding-sets.ts';
import { questionSets } from './registry/question-sets.ts';
import { roleSets } from './registry/role-sets.ts';

/** Every data set that can be opened by a key, one entry each. */
export const dataSets: ReadonlyMap<string, DataSet> = new Map(
  [...builtInTasks.map(taskDataSet), ...groundingSets, ...questionSets, ...roleSets].map((set) => [
    set.key,
    set,
  ]),
);

/** Keys of the data sets, sorted. */
export const benchmarkKeys: readonly string[] = [...dataSets.keys()].sort();

/**
 * A data set by its key, or one's own as its task describes it.
 * @throws EngineError BENCHMARK_UNKNOWN, with the keys that look alike; TASK_INVALID for a task that bears the name of a data set
 *   of ours and is not the same: its figures would be taken for those
 */
export function findDataSet(name: BenchmarkName): DataSet {
  const key = benchmarkKey(name);
  const set = dataSets.get(key);
  if (typeof name !== 'string') {
    if (set === undefined || builtInTasks.some((task) => isDeepStrictEqual(task, name)))
      return taskDataSet(name);
    throw new EngineError('TASK_INVALID', `task: "${key}" is the name of a data set of the program.`, {
      remedy: 'Give the task a name of its own.',
    });
  }
  if (set !== undefined) return set;
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const alike = benchmarkKeys.filter((other) => {
    const [a, b] = [plain(other), plain(key)];
    return b !== '' && (a.includes(b) || b.includes(a));
  });
  throw new EngineError('BENCHMARK_UNKNOWN', `There is no benchmark "${key}".`, {
    remedy: `Give one of ${(alike.length > 0 ? alike : benchmarkKeys).join(', ')}.`,
    details: { benchmarks: benchmarkKeys },
  });
}
