import type { ScoreIssueKind } from '../../protocol/eval-score.ts';
import type { Span } from '../metrics/spans.ts';

/** Guesses of one stage with their confidences, in the order in which they are listed. */
export interface Guesses {
  readonly spans: readonly Span[];
  /** Per guess; may be shorter. */
  readonly confidences: readonly number[];
}

/** What a sample says about where its moment is. */
export interface GroundingPart {
  readonly guesses: Guesses;
  readonly truths: readonly Span[];
  /** As they were before verification. */
  readonly before?: Guesses;
}

/** What a sample says about its question. */
export interface AnswerPart {
  readonly reply: string;
  readonly options: readonly string[];
  /** Letter of the right option. */
  readonly truth: string;
}

/** `broken`: it takes part, but cannot be read, and counts as failed. */
export type Part<Value> =
  | { readonly state: 'absent' }
  | { readonly state: 'broken' }
  | { readonly state: 'read'; readonly failed: boolean; readonly value: Value };

/** One line of a prediction dump, read with distrust. */
export interface PredictionSample {
  readonly tasks: readonly string[];
  readonly durationSec?: number;
  readonly grounding: Part<GroundingPart>;
  readonly answer: Part<AnswerPart>;
  /** Has true spans and no moments. */
  readonly notGrounded: boolean;
  /** Has a question with options and no reply. */
  readonly unanswered: boolean;
  /** What tells the sample from others; absent where it names no video and no id. */
  readonly identity?: string;
}

/** How to read a sample. */
export interface ReadingRules {
  /** Confidences choose what is scored, so they must fit the guesses. */
  readonly usesConfidences: boolean;
  readonly confidenceThreshold: number;
  /** Times may pass the end of the video by so much. */
  readonly slackSec: number;
  /** A question without options is open: a judge's to decide, and not broken. */
  readonly mayBeOpen?: boolean;
}

/** Told of everything that is wrong with a sample. */
export type ReportIssue = (kind: ScoreIssueKind, reason: string) => void;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a sample of the reference's dump format (fixtures/README.md, "Keys of a written sample"). It joins grounding when it has all
 * of `pred`, `conf` and `span`, and question answering when it has `question` and `response` (fixtures/README.md,
 * "What counts"); what then cannot be read is reported and counts as failed.
 */
export function readPredictionSample(
  fields: Fields,
  rules: ReadingRules,
  report: ReportIssue,
): PredictionSample {
  let faulty = false;
  const tasks = readTasks(fields, (reason) => {
    faulty = true;
    report('malformed-task', reason);
  });
  const grounding = readGrounding(fields, rules, faulty, report);
  const durationSec = fields['duration'];
  const hasDuration = typeof durationSec === 'number' && Number.isFinite(durationSec);
  if (hasDuration && grounding.state === 'read') {
    reportBeyond(grounding.value, durationSec + rules.slackSec, report);
  }
  const identity = sampleIdentity(fields);
  const hasMoments = has(fields, 'pred') && has(fields, 'conf');
  return {
    tasks,
    grounding,
    answer: readAnswer(fields, rules, faulty, report),
    notGrounded: Array.isArray(fields['span']) && fields['span'].length > 0 && !hasMoments,
    unanswered:
      has(fields, 'question') &&
      (has(fields, 'options') || (rules.mayBeOpen === true && has(fields, 'answer'))) &&
      !has(fields, 'response'),
    ...(hasDuration ? { durationSec } : {}),
    ...(identity === undefined ? {} : { identity }),
  };
}

function readTasks(fields: Fields, reject: (reason: string) => void): readonly string[] {
  if (!has(fields, 'task')) return ['unknown'];
  const task = fields['task'];
  if (typeof task === 'string') return [task];
  if (Array.isArray(task) && task.every((one) => typeof one === 'string')) return task;
  reject('"task" is neither text nor a list of texts.');
  return ['unknown'];
}

function readGrounding(
  fields: Fields,
  rules: ReadingRules,
  taskIsFaulty: boolean,
  report: ReportIssue,
): Part<GroundingPart> {
  if (!['pred', 'conf', 'span'].every((key) => has(fields, key))) return { state: 'absent' };
  const spans = readSpans(fields['pred'], '"pred"', 'malformed-prediction', report);
  const truths = readTruths(fields['span'], report);
  const confidences = readConfidences(fields, 'conf', spans, rules, report);
  if (spans === undefined || truths === undefined || confidences === undefined) return { state: 'broken' };
  const before = readBefore(fields, rules, report);
  const succeeded = !has(fields, 'grounder_success') || isTruthy(fields['grounder_success']);
  return {
    state: 'read',
    failed: taskIsFaulty || !succeeded || before === 'broken',
    value: {
      guesses: { spans, confidences },
      truths,
      ...(before === 'absent' || before === 'broken' ? {} : { before }),
    },
  };
}

function readTruths(value: unknown, report: ReportIssue): readonly Span[] | undefined {
  if (value === null || (Array.isArray(value) && value.length === 0)) {
    report('missing-truth', '"span" is empty.');
    return undefined;
  }
  return readSpans(value, '"span"', 'malformed-truth', report);
}

function readBefore(fields: Fields, rules: ReadingRules, report: ReportIssue): Guesses | 'absent' | 'broken' {
  if (fields['pred_ori'] === undefined || fields['pred_ori'] === null) return 'absent';
  const spans = readSpans(fields['pred_ori'], '"pred_ori"', 'malformed-prediction', report);
  if (spans !== undefined && !has(fields, 'conf_ori')) {
    report('malformed-prediction', '"pred_ori" has no "conf_ori" beside it.');
    return 'broken';
  }
  const confidences = readConfidences(fields, 'conf_ori', spans, rules, report);
  return spans === undefined || confidences === undefined ? 'broken' : { spans, confidences };
}

/** A list of [start, end] or undefined. Longer rows are allowed when all are of one length. */
function readSpans(
  value: unknown,
  name: string,
  kind: ScoreIssueKind,
  report: ReportIssue,
): readonly Span[] | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  const width = Array.isArray(first) ? first.length : 0;
  if (!Array.isArray(value) || width < 2 || !value.every((row) => isNumberRow(row, width))) {
    const what = Array.isArray(value) && value.length === 0 ? 'is empty' : 'is no list of [start, end]';
    report(kind, `${name} ${what}.`);
    return undefined;
  }
  const spans = (value as readonly (readonly number[])[]).map(([start = 0, end = 0]): Span => [start, end]);
  if (!spans.every(([start, end]) => Number.isFinite(start) && Number.isFinite(end))) {
    report('not-finite', `${name} holds NaN or infinite times.`);
  }
  return spans;
}

function readConfidences(
  fields: Fields,
  key: 'conf' | 'conf_ori',
  spans: readonly Span[] | undefined,
  rules: ReadingRules,
  report: ReportIssue,
): readonly number[] | undefined {
  if (!rules.usesConfidences) return [];
  const value = fields[key];
  if (!isNumberRow(value)) {
    report('malformed-prediction', `"${key}" is no list of numbers.`);
    return undefined;
  }
  const surplus = value.slice(spans?.length ?? value.length);
  if (surplus.some((confidence) => confidence > rules.confidenceThreshold)) {
    report('malformed-prediction', `"${key}" is longer than the list of moments.`);
    return undefined;
  }
  return value;
}

function readAnswer(
  fields: Fields,
  { mayBeOpen = false }: ReadingRules,
  taskIsFaulty: boolean,
  report: ReportIssue,
): Part<AnswerPart> {
  if (!has(fields, 'question') || !has(fields, 'response')) return { state: 'absent' };
  if (mayBeOpen && isOpen(fields)) return { state: 'absent' };
  const { response: reply, options, ans: truth } = fields;
  const faults: readonly (readonly [boolean, ScoreIssueKind, string])[] = [
    [typeof reply !== 'string', 'malformed-reply', '"response" is no text.'],
    [!Array.isArray(options), 'malformed-options', '"options" is no list.'],
    [truth === undefined || truth === null, 'missing-truth', '"ans" is missing.'],
    [
      truth !== undefined && truth !== null && typeof truth !== 'string',
      'malformed-truth',
      '"ans" is no text.',
    ],
  ];
  for (const [isFault, kind, reason] of faults) if (isFault) report(kind, reason);
  if (typeof reply !== 'string' || !Array.isArray(options) || typeof truth !== 'string') {
    return { state: 'broken' };
  }
  return { state: 'read', failed: taskIsFaulty, value: { reply, options: options.map(String), truth } };
}

function reportBeyond({ guesses, truths }: GroundingPart, latestSec: number, report: ReportIssue): void {
  for (const [name, spans] of [
    ['span', truths],
    ['pred', guesses.spans],
  ] as const) {
    const beyond = spans.find(([, end]) => end > latestSec);
    if (beyond !== undefined) {
      report('span-beyond-duration', `"${name}" ends at ${beyond[1]} s, after the end of the video.`);
    }
  }
}

/** A question that comes without options. */
export function isOpen(fields: Fields): boolean {
  return typeof fields['question'] === 'string' && (fields['options'] ?? undefined) === undefined;
}

/** What tells a sample from others: its id if there is one, else video, question and truth; undefined without a video. */
export function sampleIdentity(fields: Fields): string | undefined {
  const { qid, id, video_path: video, query, question, span, options, ans } = fields;
  if (qid === undefined && id === undefined && typeof video !== 'string') return undefined;
  return JSON.stringify([qid ?? id, video, query, question, span, options, ans]);
}

function has(fields: Fields, key: string): boolean {
  return Object.hasOwn(fields, key);
}

function isNumberRow(value: unknown, width?: number): value is readonly number[] {
  return (
    Array.isArray(value) &&
    (width === undefined || value.length === width) &&
    value.every((one) => typeof one === 'number')
  );
}

/** As the reference's language sees it: null, false, 0, empty text and empty collections are not. */
function isTruthy(value: unknown): boolean {
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
