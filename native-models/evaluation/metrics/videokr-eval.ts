import { strip } from './python-text.ts';
import { isRuleCorrect, letterIn, lettersUpTo } from './reply-letter.ts';
import { answerText } from './tagged-reply.ts';
import type { GroupAccuracy } from './videokr-groups.ts';
import { groupAccuracies, percentCorrect } from './videokr-groups.ts';

/** A question of VideoKR-Eval with what its file says about it (fixtures/README.md, "VideoKR"). */
export interface VideoKrQuestion {
  readonly id: string;
  readonly question: string;
  /** As they are shown, "A. …" each; empty for open questions. */
  readonly options: readonly string[];
  readonly truth: string;
  /** `multiple-choice`, or anything else, which is open. */
  readonly type: string;
  readonly subject: string;
  readonly dataset: string;
}

/** A question that was answered, as it is scored. */
export interface VideoKrVerdict {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly dataset: string;
  readonly truth: string;
  /** The letter, else the answer text, cut for open questions. */
  readonly shownAnswer: string;
  readonly correct: boolean;
  /** An open question without a judge: in no denominator. */
  readonly skipped: boolean;
}

/** Percentages with two decimals over what was evaluated, and how much that is. */
export interface VideoKrSummary {
  readonly overall_acc: number;
  readonly by_question_type: Record<string, GroupAccuracy>;
  readonly by_subject: Record<string, GroupAccuracy>;
  readonly by_dataset: Record<string, GroupAccuracy>;
  readonly evaluated_examples: number;
  readonly skipped_examples: number;
  readonly evaluation_mode: 'rule' | 'vlm_judge';
}

const multipleChoice = 'multiple-choice';
const unknown = 'UNKNOWN';
const shownLength = 100;

/**
 * Reads a line of VideoKR_eval.jsonl. A missing truth is "", a null one "None"; an empty type is told from the options; the
 * type is lower-cased with hyphens for spaces, so `mcq` is no multiple choice.
 *
 * @throws TypeError when the options are text
 */
export function readVideoKrQuestion(line: Readonly<Record<string, unknown>>): VideoKrQuestion {
  const options = readOptions(firstPresent(line, ['options', 'option']));
  const written = asText(line['problem_type'] ?? '')
    .toLowerCase()
    .replaceAll(' ', '-');
  return {
    id: asText(firstPresent(line, ['id', 'video_path']) ?? ''),
    question: asText(line['question'] ?? ''),
    options,
    truth: readTruth(line),
    type: written === '' ? (options.length > 0 ? multipleChoice : 'open-ended') : written,
    subject: asText(firstPresent(line, ['subject', 'source']) ?? unknown),
    dataset: asText(line['dataset'] ?? unknown),
  };
}

/** What a judge is told: the question with its options, the truth, and the answer text of the reply. */
export function judgeRequest(
  question: VideoKrQuestion,
  reply: string,
): { readonly question: string; readonly answer: string; readonly prediction: string } {
  return {
    question: [question.question, ...question.options].join('\n'),
    answer: question.truth,
    prediction: strip(answerText(reply)),
  };
}

/** A judge's verdict: right if its reply holds a "1" anywhere, "10" and "0.1" too. */
export function judgeSaysCorrect(reply: string): boolean {
  return reply.includes('1');
}

/**
 * Scores one reply.
 *
 * @param judged what a judge found, which then decides for every type; undefined without a judge, when multiple choice is
 *   decided by the rule (letters A–J) and open questions are skipped
 */
export function scoreVideoKrReply(
  question: VideoKrQuestion,
  reply: string,
  judged?: boolean,
): VideoKrVerdict {
  const letters = lettersUpTo(10);
  const isChoice = question.type === multipleChoice;
  const { id, type, subject, dataset, truth } = question;
  return {
    id,
    type,
    subject,
    dataset,
    truth,
    shownAnswer: shownAnswer(strip(answerText(reply)), isChoice ? letters : ''),
    correct: judged ?? (isChoice && isRuleCorrect(reply, truth, letters)),
    skipped: judged === undefined && !isChoice,
  };
}

/** Adds up verdicts. */
export function summarizeVideoKr(
  verdicts: readonly VideoKrVerdict[],
  evaluationMode: VideoKrSummary['evaluation_mode'],
): VideoKrSummary {
  const evaluated = verdicts.filter((verdict) => !verdict.skipped);
  return {
    overall_acc: percentCorrect(evaluated.map((verdict) => verdict.correct)),
    by_question_type: groupAccuracies(evaluated, (verdict) => verdict.type),
    by_subject: groupAccuracies(evaluated, (verdict) => verdict.subject),
    by_dataset: groupAccuracies(evaluated, (verdict) => verdict.dataset),
    evaluated_examples: evaluated.length,
    skipped_examples: verdicts.length - evaluated.length,
    evaluation_mode: evaluationMode,
  };
}

/** What reports show of an answer: its letter if letters are given and one is found, else the text. */
export function shownAnswer(text: string, letters: string): string {
  if (letters !== '') return letterIn(text, letters) ?? text;
  const characters = Array.from(text);
  return characters.length > shownLength ? `${characters.slice(0, shownLength).join('')}...` : text;
}

function readTruth(line: Readonly<Record<string, unknown>>): string {
  const key = ['solution', 'answer', 'ground_truth'].find((one) => Object.hasOwn(line, one));
  if (key === undefined) return '';
  return line[key] === null ? 'None' : strip(asText(line[key]));
}

function readOptions(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object') throw new TypeError('The options are neither a list nor a map.');
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, text]) => `${letter}. ${asText(text)}`);
}

/** The first of the keys that holds something. */
function firstPresent(line: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  return keys
    .map((key) => line[key])
    .find((value) => value !== undefined && value !== null && value !== '' && !isEmptyList(value));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
