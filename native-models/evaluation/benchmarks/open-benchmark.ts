import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import {
  type Benchmark,
  type BenchmarkSample,
  isOfRun,
  type OpenBenchmarkOptions,
  type SkippedSample,
  type SplitName,
  splitNames,
} from './benchmark.ts';
import type { DataSet, ReadContext, SplitFile } from './data-set.ts';
import { openVideoFolder } from './reading/video-folder.ts';
import { findDataSet } from './registry.ts';
import { type FinishOptions, SampleFinisher } from './sample-finisher.ts';
import { settingsOf } from './settings.ts';

/**
 * Opens a split of a benchmark by its key, or as its task says.
 * @throws EngineError BENCHMARK_UNKNOWN, SPLIT_UNKNOWN, TRUTH_MISSING for a split without truth unless that is allowed,
 *   FOLDER_NOT_FOUND
 */
export async function openBenchmark(key: BenchmarkName, options: OpenBenchmarkOptions): Promise<Benchmark> {
  const set = findDataSet(key);
  const dataDir = path.resolve(options.dataDir);
  const asPublished = options.asPublished ?? false;
  const split = options.split ?? set.defaultSplit;
  const splitFile = findSplit(set, split, asPublished);
  if (splitFile.refusal !== undefined && options.allowWithheldTruth !== true) {
    throw new EngineError('TRUTH_MISSING', `${set.title}, ${split}: ${splitFile.refusal}.`, {
      remedy: `Run the split ${set.defaultSplit}, whose truth is public.`,
    });
  }
  await checkFolder(dataDir);
  const settings = settingsOf(set);
  const context: ReadContext = {
    dataDir,
    key: set.key,
    split,
    splitFile,
    asPublished,
    seed: options.seed ?? 0,
    videos: openVideoFolder(dataDir),
    patienceMs: options.patienceMs,
    signal: options.signal,
  };
  return {
    key: set.key,
    title: set.title,
    dataDir,
    split,
    readSplit: splitFile.name,
    truth: splitFile.truth ?? 'given',
    settings,
    annotationFiles: splitFile.files,
    samples: () =>
      readSamples(set, context, {
        kind: settings.kind,
        cleansTexts: options.cleansTexts ?? set.asksAsPackaged !== true,
        limit: options.limit ?? Infinity,
      }),
  };
}

async function* readSamples(
  set: DataSet,
  context: ReadContext,
  { limit, ...options }: Omit<FinishOptions, 'dropsMissingVideos'> & { readonly limit: number },
): AsyncGenerator<BenchmarkSample | SkippedSample> {
  const finisher = new SampleFinisher(context, {
    ...options,
    dropsMissingVideos: set.dropsMissingVideos ?? false,
  });
  let count = 0;
  if (limit <= 0) return;
  for await (const draft of set.read(context)) {
    throwIfCancelled(context.signal);
    const finished = await finisher.finish(draft);
    yield finished;
    if (isOfRun(finished) && ++count >= limit) return;
  }
}

function findSplit(set: DataSet, split: string, asPublished: boolean): SplitFile {
  const known = (splitNames as readonly string[]).includes(split);
  const published = asPublished && known ? set.publishedSplits?.[split as SplitName] : undefined;
  const splitFile = published ?? (known ? set.splits[split as SplitName] : undefined);
  if (splitFile !== undefined) return splitFile;
  const names = splitNames.filter((name) => set.splits[name] !== undefined);
  throw new EngineError('SPLIT_UNKNOWN', `${set.title} has no split "${split}".`, {
    remedy: `Give one of ${names.join(', ')}.`,
    details: { splits: names },
  });
}

async function checkFolder(dataDir: string): Promise<void> {
  const isFolder = await stat(dataDir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new EngineError('FOLDER_NOT_FOUND', `There is no folder ${dataDir}.`);
}
