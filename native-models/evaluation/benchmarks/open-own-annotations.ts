import path from 'node:path';
import type { Benchmark, OpenBenchmarkOptions } from './benchmark.ts';
import { openDataSet } from './open-benchmark.ts';
import { findDataSet } from './registry.ts';
import { split } from './registry/split.ts';

/**
 * Opens one's own annotations, wherever the file lies: JSONL or CSV with `video` and `query` or `question`, and as far as
 * they are known `id`, `options`, `answer` (text or letter), `spans`, `duration`, `category`, `subtitles`.
 *
 * @param filePath a `.jsonl` or `.csv` file; the key `own` reads `annotations.jsonl` or `.csv` of the data folder
 * @param options `dataDir`: what videos are relative to; default: the file's folder
 * @throws EngineError as `openBenchmark`
 */
export async function openOwnAnnotations(
  filePath: string,
  options: Partial<OpenBenchmarkOptions> = {},
): Promise<Benchmark> {
  const absolute = path.resolve(filePath);
  const dataDir = path.resolve(options.dataDir ?? path.dirname(absolute));
  const file = path.relative(dataDir, absolute).split(path.sep).join('/');
  const set = { ...findDataSet('own'), splits: { test: split('own', file) } };
  return openDataSet(set, { ...options, dataDir });
}
