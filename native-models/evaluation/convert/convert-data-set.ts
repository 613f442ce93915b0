import path from 'node:path';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import type { Tally } from '../benchmarks/reading/tally.ts';
import type { SkipReason } from '../benchmarks/benchmark.ts';
import type { ConvertBenchmarkOptions } from './convert-benchmark.ts';
import { convertBenchmark } from './convert-benchmark.ts';
import { convertVideoKrChats, convertVideoKrRows } from './convert-videokr.ts';

/** What was written of a data set, in whichever form. */
export interface DataSetConversion {
  readonly key: string;
  readonly split: string;
  readonly form: string;
  /** The file, or the folder of several. */
  readonly path: string;
  readonly written: number;
  readonly skipped: readonly Tally<SkipReason>[];
}

/** VideoKR's training sets: they have trainers, and forms, of their own. */
const videoKrSets = {
  videokr_sft: { file: 'videokr/VideoKR-COT-201K.jsonl', form: 'chats', convert: convertVideoKrChats },
  videokr_rl: { file: 'videokr/VideoKR-RL-114K.jsonl', form: 'rows', convert: convertVideoKrRows },
} as const;

/** Keys of data sets that can be converted and not run. */
export const trainingOnlyKeys: readonly string[] = Object.keys(videoKrSets);

/**
 * Writes a data set in the form that its training reads: any split of the benchmarks, or VideoKR's training sets
 * `videokr_sft` and `videokr_rl`.
 *
 * @throws EngineError as `convertBenchmark`
 */
export async function convertDataSet(
  key: BenchmarkName,
  dataDir: string,
  out: string,
  options: ConvertBenchmarkOptions = {},
): Promise<DataSetConversion> {
  if (key !== 'videokr_sft' && key !== 'videokr_rl') return convertBenchmark(key, dataDir, out, options);
  const { file, form, convert } = videoKrSets[key];
  const { force, signal } = options;
  const { paths, written, skipped } = await convert(path.join(dataDir, file), out, {
    ...(force !== undefined && { force }),
    ...(signal !== undefined && { signal }),
  });
  const [only] = paths;
  return {
    key,
    split: 'train',
    form,
    path: paths.length === 1 && only !== undefined ? only : path.resolve(out),
    written,
    skipped,
  };
}
