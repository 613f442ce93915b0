import type { JudgeVerdicts } from './judge-verdicts.ts';
import { isOpen } from './prediction-sample.ts';
import type { ReportIssue } from './prediction-sample.ts';
import { readReasonedAnswer, reportUnjudged, scoreReasonedAnswer } from './reasoned-answers.ts';
import type { SampleScore } from './sample-score.ts';

/**
 * What the answer to one's own open question is worth: a judge's to decide, in no denominator without one.
 * @returns undefined where the sample has options, or nothing was answered
 */
export function scoreOpenAnswer(
  fields: Readonly<Record<string, unknown>>,
  verdicts: JudgeVerdicts | undefined,
  report: ReportIssue,
): Pick<SampleScore, 'answer' | 'tolerantAnswer'> | undefined {
  if (!isOpen(fields)) return undefined;
  const answered = readReasonedAnswer(fields, report);
  if (answered === undefined) return undefined;
  const score = scoreReasonedAnswer('own', answered, verdicts);
  reportUnjudged(score, verdicts, report);
  const { answer } = score;
  return answer === undefined ? undefined : { answer, tolerantAnswer: answer };
}
