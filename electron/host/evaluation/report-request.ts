import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { BenchmarkName } from '../../../native-models/protocol/eval-task.ts';
import { benchmarkKey } from '../../../native-models/protocol/eval-task.ts';
import type { ParamsInput } from '../../../native-models/protocol/methods.ts';
import { RunFolder, readRunDescriptions } from './run-folder.ts';
import type { RunDescription } from './run-folder.ts';
import type { SampleResult } from './result-journal.ts';
import { journalCounts, journalResults } from './result-journal.ts';
import { runBenchmarkName } from './run-settings.ts';
import type { RunSettings } from './run-settings.ts';
import { tallyWarnings } from './run-warnings.ts';

/** What a person says of predictions that were not made by `eval run`, or whose videos have moved. */
export interface ReportHints {
  readonly benchmark?: BenchmarkName | undefined;
  readonly dataDir?: string | undefined;
}

type Request = ParamsInput<'evalReport'>;

/**
 * What to report of a folder: a run with all its shards, or predictions that others made.
 * @throws EngineError ARGUMENT_INVALID where it is not known of which benchmark they are; PREDICTIONS_NOT_FOUND where no
 *   shard of a run is finished
 */
export async function reportRequest(folder: string, { benchmark, dataDir }: ReportHints): Promise<Request> {
  const runs = await readRunDescriptions(folder).catch((error: unknown) => {
    if (benchmark !== undefined && error instanceof EngineError && error.code === 'PREDICTIONS_NOT_FOUND')
      return [];
    throw error;
  });
  const [first] = runs;
  if (first === undefined) {
    return { predictionsPath: folder, benchmark: benchmark ?? 'generic', dataDir };
  }
  const progress = await Promise.all(
    runs.map(({ settings }) => journalCounts(new RunFolder(folder, settings.shard).journalPath)),
  );
  const sum = (key: 'done' | 'failed'): number => progress.reduce((total, one) => total + one[key], 0);
  const expected = runs.reduce((total, { samples }) => total + samples, 0);
  const { settings, model, split, available, budgets, notes } = first;
  const warnings = await tallyWarnings(
    resultsOf(runs.map((run) => new RunFolder(folder, run.settings.shard))),
  );
  const scored = scoredParts(folder, settings, benchmark);
  const videos = dataDir ?? settings.dataDir;
  return {
    ...scored,
    dataDir: videos,
    ...(benchmarkKey(scored.benchmark) === 'qvhighlights' ? submission(folder, videos, split) : {}),
    facts: {
      model: model.name,
      toy: model.toy,
      precision: model.precision,
      device: model.device,
      roles: model.reasons ? ['reasoner'] : settings.roles,
      split,
      failed: sum('failed'),
      skipped: Math.max(...runs.map(({ skipped }) => skipped)),
      undone: expected - sum('done'),
      missingShards: settings.shard.of - runs.length,
      ...(budgets === undefined ? {} : { budgets }),
      ...(notes === undefined && warnings.length === 0 ? {} : { notes: [...(notes ?? []), ...warnings] }),
      ...(available === undefined ? {} : { limit: settings.limit, available }),
    },
  };
}

/** What a run's samples are scored by: its predictions, and what was said of them since. */
export function scoredParts(
  folder: string,
  settings: RunSettings,
  benchmark: BenchmarkName = runBenchmarkName(settings),
): Pick<Request, 'predictionsPath' | 'benchmark' | 'verdictsPath' | 'metricValuesPath'> {
  return {
    predictionsPath: path.join(folder, 'predictions'),
    benchmark,
    ...(existsSync(verdictsPath(folder)) ? { verdictsPath: verdictsPath(folder) } : {}),
    ...keptMetricValues(folder),
  };
}

async function* resultsOf(folders: readonly RunFolder[]): AsyncGenerator<SampleResult> {
  for (const { journalPath } of folders) yield* journalResults(journalPath);
}

/** Where a judge's verdicts on a run's answers lie. */
export function verdictsPath(folder: string): string {
  return path.resolve(folder, 'verdicts.jsonl');
}

/** Where lies what commands of a task said of a run's replies. */
export function metricValuesPath(folder: string): string {
  return path.resolve(folder, 'metrics.jsonl');
}

/** What commands said of a run's replies, where some were run. */
export function keptMetricValues(folder: string): Pick<Request, 'metricValuesPath'> {
  const kept = metricValuesPath(folder);
  return existsSync(kept) ? { metricValuesPath: kept } : {};
}

function submission(
  folder: string,
  dataDir: string,
  split: RunDescription['split'],
): Pick<Request, 'submissionPath' | 'annotationsPath'> {
  if (split === 'test') return {};
  const name = split === 'valid' ? 'val' : 'train';
  return {
    submissionPath: path.join(folder, 'submission'),
    annotationsPath: path.join(dataDir, 'qvhighlights', `highlight_${name}_release.jsonl`),
  };
}
