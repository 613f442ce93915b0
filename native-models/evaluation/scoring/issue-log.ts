import type { ScoreIssue, ScoreIssueKind } from '../../protocol/eval-score.ts';
import { scoreIssueKinds } from '../../protocol/eval-score.ts';

/** Where something was found. */
export interface Place {
  readonly file: string;
  /** Index in a list from 0, or line from 1. */
  readonly position?: number;
}

/** So many places are named of each kind; all are counted. */
const namedPlaces = 20;

/** Kinds that the reference's figures already account for, that cost no sample, or that figures leave out by definition. */
const harmless: ReadonlySet<ScoreIssueKind> = new Set([
  'empty-reply',
  'ignored-file',
  'empty-range',
  'open-question',
  // Some benchmarks are annotated so, and published figures contain it.
  'span-beyond-duration',
]);

/** Collects what is wrong with predictions: every case counted, the first ones of each kind named. */
export class IssueLog {
  readonly #issues = new Map<ScoreIssueKind, { count: number; examples: ScoreIssue['examples'] }>();

  add(kind: ScoreIssueKind, place: Place, reason: string): void {
    const issue = this.#issues.get(kind) ?? { count: 0, examples: [] };
    this.#issues.set(kind, issue);
    issue.count++;
    if (issue.examples.length < namedPlaces) issue.examples.push({ ...place, reason });
  }

  /** In the order of `scoreIssueKinds`. */
  list(): ScoreIssue[] {
    return scoreIssueKinds.flatMap((kind) => {
      const issue = this.#issues.get(kind);
      return issue === undefined ? [] : [{ kind, affectsFigures: !harmless.has(kind), ...issue }];
    });
  }

  /** Whether nothing was found that may spoil the figures. */
  get trustworthy(): boolean {
    return [...this.#issues.keys()].every((kind) => harmless.has(kind));
  }
}
