import type { Budget } from '../../checkpoints/manifest.ts';
import type { BenchmarkSettings } from './benchmark.ts';
import type { DataSet } from './data-set.ts';

/** What a run uses where a benchmark says nothing else (fixtures/README.md, "How a run goes"). */
const defaults = {
  roundingUnitSec: 0.001,
  minMomentSec: 32,
  answererBudget: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 },
  /** Published training runs: 5–500 s, at most 200 words. */
  trainingFilter: { minVideoSec: 5, maxVideoSec: 500, maxWords: 200 },
} as const;

/** What published packages show their answerer where a benchmark says nothing else. */
export const usualAnswererBudget: Budget = defaults.answererBudget;

/** The settings of a data set's runs. */
export function settingsOf({
  kind,
  overrides = {},
  asksAsPackaged = false,
}: Pick<DataSet, 'kind' | 'overrides' | 'asksAsPackaged'>): BenchmarkSettings {
  const { minMomentShare, maxFrames, minTokens, maxTokens } = overrides;
  const budget = defaults.answererBudget;
  return {
    kind,
    roundingUnitSec: overrides.roundingUnitSec ?? defaults.roundingUnitSec,
    ...(!asksAsPackaged && {
      fixed: {
        minMomentSec: overrides.minMomentSec ?? defaults.minMomentSec,
        ...(minMomentShare !== undefined && { minMomentShare }),
        answererBudget: {
          fps: budget.fps,
          maxFrames: maxFrames ?? budget.maxFrames,
          minTokens: minTokens ?? budget.minTokens,
          maxTokens: maxTokens ?? budget.maxTokens,
        },
      },
    }),
    promptStyle: 'mcq',
    trainingFilter: defaults.trainingFilter,
  };
}
