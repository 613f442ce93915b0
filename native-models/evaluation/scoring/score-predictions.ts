import { EngineError } from '../../protocol/errors.ts';
import type { EvalScoreProgress, EvalScoreRequest, EvalScoreResult } from '../../protocol/eval-score.ts';
import { judgedAnswers, scoredBenchmark } from './benchmarks.ts';
import { scoreFolder } from './score-folder.ts';
import { scoreQvHighlights } from './score-qvhighlights.ts';
import { scoreReasoning } from './score-reasoning.ts';

/**
 * Scores predictions of any benchmark: `scoreQvHighlights` for `qvhighlights`, `scoreReasoning` for replies that reason
 * aloud, `scoreFolder` for all others.
 *
 * @throws EngineError what those two throw; ARGUMENT_INVALID for an unknown benchmark and where
 *   annotations are missing, or they or verdicts have no use
 */
export async function scorePredictions(
  request: EvalScoreRequest,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: EvalScoreProgress) => void) | undefined;
  } = {},
): Promise<EvalScoreResult> {
  const { predictionsPath, benchmark, annotationsPath, verdictsPath, metricValuesPath } = request;
  const { confidenceThreshold, asPublished } = request;
  const { key, measures } = scoredBenchmark(benchmark);
  if (measures === 'qvhighlights') {
    if (annotationsPath === undefined) {
      throw new EngineError('ARGUMENT_INVALID', 'QVHighlights predictions hold no truth.', {
        remedy: 'Name the annotation file with --annotations.',
      });
    }
    return scoreQvHighlights(predictionsPath, annotationsPath, options);
  }
  if (annotationsPath !== undefined) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      `Predictions for ${key} hold their truth; annotations have no use.`,
    );
  }
  if (measures === 'reasoning') {
    return scoreReasoning(predictionsPath, key, { ...options, verdictsPath, asPublished });
  }
  if (verdictsPath !== undefined && judgedAnswers(benchmark) === 'none') {
    throw new EngineError('ARGUMENT_INVALID', `${key} has no open answers; verdicts have no use.`);
  }
  return scoreFolder(predictionsPath, benchmark, {
    ...options,
    ...{ confidenceThreshold, verdictsPath, metricValuesPath, asPublished },
  });
}
