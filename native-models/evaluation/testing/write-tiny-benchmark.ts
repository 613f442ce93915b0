/**
 * Writes tiny copies of benchmarks' file layouts, with generated clips:
 * `node native-models/evaluation/testing/write-tiny-benchmark.ts DATA-FOLDER KEY…`, all benchmarks without keys.
 */
import { makeTinyBenchmark, tinySets } from './tiny-benchmarks.ts';

const [dataDir, ...keys] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('Name the data folder.');
for (const key of keys.length > 0 ? keys : Object.keys(tinySets)) await makeTinyBenchmark(key, dataDir);
