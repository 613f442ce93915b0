import { EngineError } from '../../protocol/errors.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import { ownMetrics } from '../../protocol/eval-task.ts';
import { dataSets, findDataSet } from '../benchmarks/registry.ts';
import { roleSets } from '../benchmarks/registry/role-sets.ts';
import { settingsOf } from '../benchmarks/settings.ts';
import { isReasoningBenchmark } from './reasoned-answers.ts';

/** How a benchmark's predictions are scored. */
export interface ScoredBenchmark {
  readonly key: string;
  /**
   * `cgbench`: pooled intervals and five thresholds; `qvhighlights`: moment retrieval and highlights; `reasoning`: replies that
   * reason aloud, as VideoKR scores them; else the default.
   */
  readonly measures: 'default' | 'cgbench' | 'qvhighlights' | 'reasoning';
  /**
   * How a reply's choice is heard: as the published scorer hears it, or as `ask` does (one's own annotations, which may hold
   * open questions too: a judge decides on those).
   */
  readonly answers: 'published' | 'as-asked';
  /** Questions without options are open: a judge or the task's own measures decide. */
  readonly mayBeOpen: boolean;
  /** Predicted times are rounded to this, so they may pass the end of the video by half of it. */
  readonly timeUnitSec: number;
}

/** Predictions of no known benchmark may have been rounded to whole seconds. */
const genericUnitSec = 1;
const roleKeys = new Set(roleSets.map(({ key }) => key));

/** Keys that can be scored: all data sets but those that single roles are trained on, and `generic`. */
export const scoredBenchmarkKeys: readonly string[] = [
  ...[...dataSets.keys()].filter((key) => !roleKeys.has(key)).sort(),
  'generic',
];

/** @throws EngineError ARGUMENT_INVALID for a key that is none of `scoredBenchmarkKeys`, TASK_INVALID */
export function scoredBenchmark(name: BenchmarkName): ScoredBenchmark {
  if (typeof name !== 'string') {
    const set = findDataSet(name);
    const usual = set.asksAsPackaged === true ? 'option' : 'letter';
    return {
      key: set.key,
      measures: measuresOf(set.key),
      answers: (name.parser?.choice ?? usual) === 'option' ? 'as-asked' : 'published',
      mayBeOpen: !dataSets.has(set.key),
      timeUnitSec: settingsOf(set).roundingUnitSec,
    };
  }
  const key = name;
  if (!scoredBenchmarkKeys.includes(key)) {
    throw new EngineError('ARGUMENT_INVALID', `There is no benchmark "${key}".`, {
      remedy: `Give one of ${scoredBenchmarkKeys.join(', ')}.`,
    });
  }
  const set = dataSets.get(key);
  const timeUnitSec = set === undefined ? genericUnitSec : settingsOf(set).roundingUnitSec;
  const answers = set?.asksAsPackaged === true ? 'as-asked' : 'published';
  return { key, measures: measuresOf(key), answers, mayBeOpen: answers === 'as-asked', timeUnitSec };
}

/** Whether a judge's verdicts are part of a benchmark's figures: of all answers, of open ones, or of none. */
export function judgedAnswers(name: BenchmarkName): 'all' | 'open' | 'none' {
  const { measures, mayBeOpen } = scoredBenchmark(name);
  if (measures === 'reasoning') return 'all';
  if (!mayBeOpen) return 'none';
  const isJudged = typeof name === 'string' || (name.judge ?? ownMetrics(name).length === 0);
  return isJudged ? 'open' : 'none';
}

function measuresOf(key: string): ScoredBenchmark['measures'] {
  if (key === 'cgbench' || key === 'qvhighlights') return key;
  return isReasoningBenchmark(key) ? 'reasoning' : 'default';
}
