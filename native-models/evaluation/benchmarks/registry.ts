import { EngineError } from '../../protocol/errors.ts';
import type { DataSet } from './data-set.ts';
import { groundingSets } from './registry/grounding-sets.ts';
import { questionSets } from './registry/question-sets.ts';
import { roleSets } from './registry/role-sets.ts';

/** Every data set that can be opened by a key, one entry each. */
export const dataSets: ReadonlyMap<string, DataSet> = new Map(
  [...groundingSets, ...questionSets, ...roleSets].map((set) => [set.key, set]),
);

/** Keys of the data sets, sorted. */
export const benchmarkKeys: readonly string[] = [...dataSets.keys()].sort();

/** @throws EngineError BENCHMARK_UNKNOWN, with the keys that look alike */
export function findDataSet(key: string): DataSet {
  const set = dataSets.get(key);
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
