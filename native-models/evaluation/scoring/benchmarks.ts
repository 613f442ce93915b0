import { EngineError } from '../../protocol/errors.ts';

/** How a benchmark's predictions are scored. */
export interface ScoredBenchmark {
  readonly key: string;
  /** `cgbench`: pooled intervals and five thresholds; `qvhighlights`: moment retrieval and highlights; else the default. */
  readonly measures: 'default' | 'cgbench' | 'qvhighlights';
  /** Predicted times are rounded to this, so they may pass the end of the video by half of it. */
  readonly timeUnitSec: number;
}

/** Benchmarks and data sets with a grounding truth or options, and the unit of their times (benchmarks, "evaluated on"). */
const timeUnits: Readonly<Record<string, number>> = {
  cgbench: 0.001,
  rextime: 1,
  nextgqa: 0.1,
  nextqa: 0.1,
  charades_sta: 0.1,
  activitynet_captions: 0.01,
  activitynet_rtl: 0.01,
  qvhighlights: 2,
  tacos: 0.001,
  ego4d_nlq: 0.001,
  ego4d_naq: 0.001,
  videomme: 0.001,
  mlvu: 0.001,
  lvbench: 0.001,
  mvbench: 0.001,
  longvideobench: 0.001,
  qa_ego4d: 0.001,
  star: 0.1,
  didemo: 1,
  videoxum: 0.01,
  youcook2: 0.001,
  hirest_grounding: 0.001,
  hirest_step: 0.001,
  generic: 1,
};

/** Keys that can be scored. */
export const scoredBenchmarkKeys: readonly string[] = Object.keys(timeUnits);

/** @throws EngineError ARGUMENT_INVALID for a key that is none of `scoredBenchmarkKeys` */
export function scoredBenchmark(key: string): ScoredBenchmark {
  const timeUnitSec = Object.hasOwn(timeUnits, key) ? timeUnits[key] : undefined;
  if (timeUnitSec === undefined) {
    throw new EngineError('ARGUMENT_INVALID', `There is no benchmark "${key}".`, {
      remedy: `Give one of ${scoredBenchmarkKeys.join(', ')}.`,
    });
  }
  const measures = key === 'cgbench' || key === 'qvhighlights' ? key : 'default';
  return { key, measures, timeUnitSec };
}
