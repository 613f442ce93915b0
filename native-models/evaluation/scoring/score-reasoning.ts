import { basename } from 'node:path';
import type { EvalScoreProgress, EvalScoreResult, ScoreTable } from '../../protocol/eval-score.ts';
import { formatPercent, percentOf } from '../metrics/rounding.ts';
import { IssueLog } from './issue-log.ts';
import { readVerdicts } from './judge-verdicts.ts';
import { predictionFiles, readObjects } from './prediction-files.ts';
import type { ReasonedScore } from './reasoned-answers.ts';
import { readReasonedAnswer, reportUnjudged, scoreReasonedAnswer } from './reasoned-answers.ts';
import { sampleIdentity } from './prediction-sample.ts';

export interface ScoreReasoningOptions {
  /** A judge's verdicts, as `eval judge` writes them. Absent: open questions are skipped, with a count. */
  readonly verdictsPath?: string | undefined;
  /** Only what the reference prints. */
  readonly asPublished?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each chunk of a file. */
  readonly onProgress?: ((progress: EvalScoreProgress) => void) | undefined;
}

/**
 * Scores a folder of predictions as VideoKR's evaluation does: choices by the rule that hears letters, open questions by a
 * judge's verdicts, by question type, subject and data set. Beside them: ROUGE of open answers, and for VideoMMMU replies
 * without a letter as wrong.
 *
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function scoreReasoning(
  folder: string,
  benchmark: string,
  options: ScoreReasoningOptions = {},
): Promise<EvalScoreResult> {
  const { verdictsPath, signal } = options;
  const issues = new IssueLog();
  const verdicts = verdictsPath === undefined ? undefined : await readVerdicts(verdictsPath, issues, signal);
  const sums = new ReasoningSums();
  const files = await predictionFiles(folder, issues);
  const seen = new Set<string>();
  for (const path of files) {
    const file = basename(path);
    for await (const batch of readObjects(path, file, issues, signal)) {
      for (const { place, fields } of batch) {
        sums.samples++;
        const identity = sampleIdentity(fields);
        if (identity !== undefined && seen.has(identity)) {
          issues.add('duplicate-sample', place, 'The same sample was read before.');
        }
        if (identity !== undefined) seen.add(identity);
        const answered = readReasonedAnswer(fields, (kind, reason) => issues.add(kind, place, reason));
        if (answered === undefined) {
          sums.unanswered++;
          continue;
        }
        const score = scoreReasonedAnswer(benchmark, answered, verdicts);
        reportUnjudged(score, verdicts, (kind, reason) => issues.add(kind, place, reason));
        const { type, subject, dataset } = answered.question;
        sums.add(score, { 'By question type': type, 'By subject': subject, 'By data set': dataset });
      }
      options.onProgress?.({ file, samples: sums.samples });
    }
  }
  if (sums.samples === 0) issues.add('no-predictions', { file: folder }, 'The folder holds no predictions.');
  const listed = issues.list();
  const count = (kind: string): number => listed.find((issue) => issue.kind === kind)?.count ?? 0;
  return {
    benchmark,
    tables: sums.tables(),
    ...(options.asPublished === true ? {} : { beside: sums.beside() }),
    coverage: sums.coverage(files.length, count('broken-json') + count('not-a-sample')),
    issues: listed,
    trustworthy: issues.trustworthy,
  };
}

/** Right answers of a group, and how many count. */
interface Group {
  correct: number;
  counted: number;
}

class ReasoningSums {
  samples = 0;
  unanswered = 0;
  readonly #all: Group = { correct: 0, counted: 0 };
  readonly #groups = new Map<string, Map<string, Group>>();
  readonly #rouge = { sum: 0, count: 0 };
  #failed = 0;
  #open = 0;
  #noLetter = 0;

  /** @param names of the groups that the answer belongs to, by how they divide */
  add(score: ReasonedScore, names: Readonly<Record<string, string>>): void {
    const { answer, leftOut, rouge } = score;
    if (rouge !== undefined) {
      this.#rouge.sum += rouge;
      this.#rouge.count++;
    }
    if (leftOut === 'open') this.#open++;
    if (leftOut === 'no-letter') this.#noLetter++;
    if (answer === undefined) return;
    if (answer.failed) this.#failed++;
    const groups = Object.entries(names).map(([division, name]) => this.#group(division, name));
    for (const group of [this.#all, ...groups]) {
      group.counted++;
      if (answer.correct) group.correct++;
    }
  }

  tables(): Record<string, ScoreTable> {
    const all = [row('all', this.#all)];
    const divisions = [...this.#groups].map(([division, groups]) => {
      const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, group]) => row(name, group));
      return [division, { columns: groupColumns, rows: [...rows, ...all] }] as const;
    });
    return { QA: { columns: groupColumns, rows: all }, ...Object.fromEntries(divisions) };
  }

  beside(): Record<string, ScoreTable> {
    const { sum, count } = this.#rouge;
    const lenient = { ...this.#all, counted: this.#all.counted + this.#noLetter };
    return {
      ...(count === 0
        ? {}
        : {
            'Open answers (mean F1 of ROUGE-1, -2, -L)': {
              columns: ['Answers', 'ROUGE', 'Judged'],
              rows: [['all', String(count), percentOf(sum / count).toFixed(2), String(count - this.#open)]],
            },
          }),
      ...(this.#noLetter === 0
        ? {}
        : {
            'QA, replies without a letter as wrong': { columns: groupColumns, rows: [row('all', lenient)] },
          }),
    };
  }

  coverage(files: number, unreadable: number): EvalScoreResult['coverage'] {
    return {
      files,
      samples: this.samples,
      unreadable,
      grounding: { scored: 0, failed: 0, notGrounded: 0 },
      answers: {
        scored: this.#all.counted,
        failed: this.#failed,
        unanswered: this.unanswered + this.#open + this.#noLetter,
      },
    };
  }

  #group(division: string, name: string): Group {
    const groups = this.#groups.get(division) ?? new Map<string, Group>();
    this.#groups.set(division, groups);
    const group = groups.get(name) ?? { correct: 0, counted: 0 };
    groups.set(name, group);
    return group;
  }
}

const groupColumns = ['Task', 'Samples', 'Acc'];

function row(name: string, { correct, counted }: Group): string[] {
  return [name, String(counted), formatPercent(correct, counted)];
}
