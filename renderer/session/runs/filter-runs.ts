import type { Run } from '../../../electron/host/contract/runs.ts';

/** Which runs are looked for. */
export interface RunFilter {
  /** Absent: of any video. */
  readonly videoId: string | null;
  /** All of these words, in question, answer, note or the model's name; case does not matter. */
  readonly words: string;
}

/** The runs that are looked for, in their order. */
export function filterRuns(runs: readonly Run[], { videoId, words }: RunFilter): readonly Run[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (videoId === null && wanted.length === 0) return runs;
  return runs.filter((run) => {
    if (videoId !== null && run.question.videoId !== videoId) return false;
    const text = [run.question.question, run.record?.answer?.text ?? '', run.note, run.modelName]
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
