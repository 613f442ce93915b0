import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { Run, RunState } from '../../../electron/host/contract/runs.ts';
import type { ById } from '../../app/library/library-state.ts';

/** A run with what is looked for in it. */
export interface RunRow {
  readonly id: string;
  readonly run: Run;
  readonly videoName: string;
  readonly answer: string;
  readonly score: number | undefined;
  readonly tookSec: number | undefined;
  /** All its words, in lower case. */
  readonly words: string;
}

/** What runs are looked for by. '' is any. */
export interface RunFilter {
  readonly words: string;
  readonly state: RunState | '';
  readonly review: ReviewState | '';
  readonly model: string;
  /** The words of a question, which is what a batch has in common. */
  readonly question: string;
}

/** Lets everything through. */
export const anyRun: RunFilter = { words: '', state: '', review: '', model: '', question: '' };

/** Rows of runs, in their order. */
export function runRows(runs: readonly Run[], videos: ById<LibraryVideo>): readonly RunRow[] {
  return runs.map((run) => {
    const { question, record, error, note, modelName } = run;
    const videoName = videos[question.videoId]?.name ?? '';
    const answer = record?.answer?.text ?? error?.message ?? '';
    const [best] = record?.candidates ?? [];
    return {
      ...{ id: run.id, run, videoName, answer },
      score: best?.verifierScore ?? best?.confidence,
      tookSec: record?.timings['totalSec'],
      words: [question.question, answer, note, modelName, videoName].join('\n').toLowerCase(),
    };
  });
}

/** The rows that are looked for. */
export function filterRunRows(rows: readonly RunRow[], filter: RunFilter): readonly RunRow[] {
  const wanted = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const { state, review, model, question } = filter;
  return rows.filter(
    ({ run, words }) =>
      (state === '' || run.state === state) &&
      (review === '' || run.review === review) &&
      (model === '' || run.modelName === model) &&
      (question === '' || run.question.question === question) &&
      wanted.every((word) => words.includes(word)),
  );
}

/** A question that was put to several videos, or several times. */
export interface Batch {
  readonly question: string;
  readonly total: number;
  readonly ended: number;
  readonly failed: number;
}

/** Questions that were put more than once, the one with most runs first. */
export function batchesOf(runs: readonly Run[]): readonly Batch[] {
  return [...Map.groupBy(runs, ({ question }) => question.question)]
    .filter(([, group]) => group.length > 1)
    .map(([question, group]) => ({
      question,
      total: group.length,
      ended: group.filter(({ state }) => state !== 'queued' && state !== 'running').length,
      failed: group.filter(({ state }) => state === 'failed').length,
    }))
    .toSorted((one, other) => other.total - one.total);
}
