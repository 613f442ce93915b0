import type { EvalSamplesResult } from '../../../native-models/protocol/eval-run.ts';
import type { EvalSample, EvalSkip } from '../../../native-models/protocol/eval-sample.ts';
import type { EngineSupervisor } from '../engine/supervisor.ts';
import { runBenchmarkName } from './run-settings.ts';
import type { RunSettings } from './run-settings.ts';

/** A split as it was read. */
export interface ReadSplit {
  readonly benchmark: EvalSamplesResult;
  /** Those that can be run. */
  readonly samples: readonly EvalSample[];
  /** Those whose video is not there: they count as failed. */
  readonly withoutVideo: readonly EvalSample[];
  /** Annotations of which no sample can be made, but for those that the data set's definition leaves out. */
  readonly skipped: readonly EvalSkip[];
}

/** Reads all samples of a split through an engine. @throws EngineError what opening and reading the benchmark throws */
export async function readSplit(
  engine: EngineSupervisor,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<ReadSplit> {
  const benchmark = runBenchmarkName(settings);
  const { dataDir, split, limit, asPublished, allowWithheldTruth } = settings;
  const items: (EvalSample | EvalSkip)[] = [];
  const opened = await engine.call(
    'evalSamples',
    { benchmark, dataDir, split, limit, asPublished, allowWithheldTruth },
    {
      signal,
      onProgress: (event) => {
        for (const item of event.items) items.push(item);
      },
    },
  );
  const skips = items.filter((item) => item.kind === 'skipped');
  return {
    benchmark: opened,
    samples: items.filter((item) => item.kind === 'sample'),
    withoutVideo: skips.flatMap(({ affectsFigures, sample }) =>
      affectsFigures && sample !== undefined ? [sample] : [],
    ),
    skipped: skips.filter(({ affectsFigures, sample }) => affectsFigures && sample === undefined),
  };
}
