import { roundHalfToEven } from './rounding.ts';
import { isRuleCorrect, lettersUpTo, replyLetter } from './reply-letter.ts';

/** A question of Video-MMMU: `id` is `dev_<Subject>_<number>`. */
export interface VideoMmmuQuestion {
  readonly id: string;
  readonly optionCount: number;
  readonly truth: string;
  /** Anything but `multiple-choice` is open. */
  readonly type: string;
}

export interface VideoMmmuVerdict {
  readonly subject: string;
  readonly correct: boolean;
  /** `open`: no judge; `no-letter`: the rule found none. Both leave the denominator, as in the reference. */
  readonly leftOut?: 'open' | 'no-letter';
}

/** Share of right answers in [0, 1] with five decimals, and of how many. */
export interface ShareCorrect {
  readonly acc: number;
  readonly num: number;
}

export interface VideoMmmuSummary {
  readonly overall: ShareCorrect;
  readonly bySubject: ReadonlyMap<string, ShareCorrect>;
  /** The six domains of MMMU. */
  readonly byDomain: ReadonlyMap<string, ShareCorrect>;
  /** With replies without a letter counted as wrong, as they should be. */
  readonly overallAllReplies: ShareCorrect;
}

/** Subjects of each domain (MMMU paper). */
const domains: Readonly<Record<string, readonly string[]>> = {
  'Art and Design': ['Art', 'Art_Theory', 'Design', 'Music'],
  Business: ['Accounting', 'Economics', 'Finance', 'Manage', 'Marketing'],
  Science: ['Biology', 'Chemistry', 'Geography', 'Math', 'Physics'],
  'Health and Medicine': [
    'Basic_Medical_Science',
    'Clinical_Medicine',
    'Diagnostics_and_Laboratory_Medicine',
    'Pharmacy',
    'Public_Health',
  ],
  'Humanities and Social Science': ['History', 'Literature', 'Psychology', 'Sociology'],
  'Tech and Engineering': [
    'Agriculture',
    'Architecture_and_Engineering',
    'Computer_Science',
    'Electronics',
    'Energy_and_Power',
    'Materials',
    'Mechanical_Engineering',
  ],
};

/** Scores one reply by rule: as many letters as options (fixtures/README.md, "VideoKR evaluation"). */
export function scoreVideoMmmuReply(question: VideoMmmuQuestion, reply: string): VideoMmmuVerdict {
  const subject = /^[^_]*_(.+)_[^_]*$/s.exec(question.id)?.[1] ?? question.id;
  if (question.type !== 'multiple-choice') return { subject, correct: false, leftOut: 'open' };
  const letters = lettersUpTo(question.optionCount);
  if (replyLetter(reply, letters) === undefined) return { subject, correct: false, leftOut: 'no-letter' };
  return { subject, correct: isRuleCorrect(reply, question.truth, letters) };
}

/** Adds up verdicts. */
export function summarizeVideoMmmu(verdicts: readonly VideoMmmuVerdict[]): VideoMmmuSummary {
  const counted = verdicts.filter((verdict) => verdict.leftOut === undefined);
  const subjects = [...new Set(counted.map((verdict) => verdict.subject))].sort();
  return {
    overall: share(counted),
    bySubject: new Map(
      subjects.map((subject) => [subject, share(counted.filter((one) => one.subject === subject))]),
    ),
    byDomain: new Map(
      Object.entries(domains).map(([domain, members]) => [
        domain,
        share(counted.filter((one) => members.includes(one.subject))),
      ]),
    ),
    overallAllReplies: share(verdicts.filter((verdict) => verdict.leftOut !== 'open')),
  };
}

function share(verdicts: readonly VideoMmmuVerdict[]): ShareCorrect {
  const correct = verdicts.filter((verdict) => verdict.correct).length;
  const num = verdicts.length;
  return { acc: num === 0 ? 0 : roundHalfToEven(correct / num, 5), num };
}
