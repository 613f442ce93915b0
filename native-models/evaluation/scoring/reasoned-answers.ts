import { meanRougeF1 } from '../metrics/rouge.ts';
import { lettersUpTo, replyLetter } from '../metrics/reply-letter.ts';
import { answerText } from '../metrics/tagged-reply.ts';
import { scoreVideoMmmuReply } from '../metrics/video-mmmu.ts';
import { readVideoKrQuestion, scoreVideoKrReply } from '../metrics/videokr-eval.ts';
import type { VideoKrQuestion } from '../metrics/videokr-eval.ts';
import type { ReportIssue } from './prediction-sample.ts';
import type { AnswerScore } from './sample-score.ts';
import { verdictKey } from './judge-verdicts.ts';
import type { JudgeVerdicts } from './judge-verdicts.ts';

/** A reply that reasons aloud, to a question that may be open. */
export interface ReasonedAnswer {
  readonly question: VideoKrQuestion;
  /** The whole reply, reasoning included. */
  readonly reply: string;
}

/** What a reasoned answer is worth. */
export interface ReasonedScore {
  /** Absent where it is in no denominator: an open question without a judge, or what a benchmark's rule leaves out. */
  readonly answer?: AnswerScore;
  readonly leftOut?: 'open' | 'no-letter';
  /** Open questions: mean F1 of ROUGE-1, -2 and -L with the truth. */
  readonly rouge?: number;
  /** A judge has decided. */
  readonly judged: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const multipleChoice = 'multiple-choice';

/** Whether a benchmark's answers are scored as VideoKR scores replies that reason aloud. */
export function isReasoningBenchmark(benchmark: string): boolean {
  return /^(?:videokr_eval|scivideobench|video_mmmu_\w+)$/.test(benchmark);
}

/**
 * The question and reply of a prediction, by the benchmark's own line where it is kept (`document`); undefined where the
 * prediction answers nothing. What cannot be read is reported.
 */
export function readReasonedAnswer(fields: Fields, report: ReportIssue): ReasonedAnswer | undefined {
  const reply = fields['reasoner_response'] ?? fields['response'];
  if (fields['question'] === undefined || reply === undefined) return undefined;
  if (typeof reply !== 'string') {
    report('malformed-reply', 'The reply is no text.');
    return undefined;
  }
  try {
    const question = readVideoKrQuestion(lineOf(fields));
    if (question.truth === '') report('missing-truth', 'The question has no answer.');
    return { question, reply };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report('malformed-options', '"options" is no list.');
    return undefined;
  }
}

/** A line as VideoKR-Eval writes it: kept as it was, or put together from what the loader gave. */
function lineOf(fields: Fields): Fields {
  const { document } = fields;
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document as Fields;
  const { id, question, options, ans, answer, question_type: type, task, category } = fields;
  return {
    ...{ id, question, options, solution: ans ?? answer, problem_type: type },
    subject: Array.isArray(task) ? task[0] : task,
    dataset: category,
  };
}

/** Scores an answer: by a judge's verdict if there is one, else by the benchmark's rule. */
export function scoreReasonedAnswer(
  benchmark: string,
  { question, reply }: ReasonedAnswer,
  verdicts: JudgeVerdicts | undefined,
): ReasonedScore {
  const isChoice = question.type === multipleChoice;
  const rouge = isChoice ? {} : { rouge: meanRougeF1(question.truth, answerText(reply)) };
  const verdict = verdicts?.get(verdictKey(question, reply));
  if (verdict !== undefined) {
    return { answer: { failed: false, correct: verdict }, ...rouge, judged: true };
  }
  if (!isChoice) {
    // As in the reference, a judge that did not answer has found nothing right.
    const answer = { failed: true, correct: false };
    return { ...(verdicts === undefined ? { leftOut: 'open' } : { answer }), ...rouge, judged: false };
  }
  if (benchmark.startsWith('video_mmmu_')) return scoreMmmu(question, reply);
  const { correct } = scoreVideoKrReply(question, reply);
  const heard = replyLetter(reply, lettersUpTo(10));
  return { answer: { failed: heard === undefined, correct, heard }, judged: false };
}

function scoreMmmu({ id, options, truth, type }: VideoKrQuestion, reply: string): ReasonedScore {
  const { correct, leftOut } = scoreVideoMmmuReply({ id, optionCount: options.length, truth, type }, reply);
  return leftOut === undefined
    ? { answer: { failed: false, correct }, judged: false }
    : { leftOut, judged: false };
}

/** Says of an open answer that no judge has read it. */
export function reportUnjudged(
  { leftOut, rouge, judged }: ReasonedScore,
  verdicts: JudgeVerdicts | undefined,
  report: ReportIssue,
): void {
  if (leftOut === 'open') report('open-question', 'No judge has read the answer: it is in no denominator.');
  else if (rouge !== undefined && !judged && verdicts !== undefined) {
    report('missing-verdict', 'The judge has no verdict on this answer: it counts as wrong.');
  }
}
