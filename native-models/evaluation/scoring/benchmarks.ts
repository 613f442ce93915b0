import { EngineError } from '../../protocol/errors.ts';
import { dataSets } from '../benchmarks/registry.ts';
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

/** @throws EngineError ARGUMENT_INVALID for a key that is none of `scoredBenchmarkKeys` */
export function scoredBenchmark(key: string): ScoredBenchmark {
  if (!scoredBenchmarkKeys.includes(key)) {
    throw new EngineError('ARGUMENT_INVALID', `There is no benchmark "${key}".`, {
      remedy: `Give one of ${scoredBenchmarkKeys.join(', ')}.`,
    });
  }
  const set = dataSets.get(key);
  const timeUnitSec = set === undefined ? genericUnitSec : settingsOf(set).roundingUnitSec;
  const answers = set?.asksAsPackaged === true ? 'as-asked' : 'published';
  return { key, measures: measuresOf(key), answers, timeUnitSec };
}

/** Whether a judge's verdicts are part of a benchmark's figures: of all answers, of open ones, or of none. */
export function judgedAnswers(key: string): 'all' | 'open' | 'none' {
  const { measures, answers } = scoredBenchmark(key);
  if (measures === 'reasoning') return 'all';
  return answers === 'as-asked' ? 'open' : 'none';
}

function measuresOf(key: string): ScoredBenchmark['measures'] {
  if (key === 'cgbench' || key === 'qvhighlights') return key;
  return isReasoningBenchmark(key) ? 'reasoning' : 'default';
}
