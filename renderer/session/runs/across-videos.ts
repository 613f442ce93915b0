import type { Run } from '../../../electron/host/contract/runs.ts';
import { bestFirst } from '../../../native-models/protocol/merge-records.ts';
import type { Candidate } from '../../../native-models/protocol/run-record.ts';
import { isActive } from '../../app/library/selectors.ts';

/** A moment that one question found in one of several videos. */
export interface FoundMoment {
  readonly run: Run;
  readonly candidate: Candidate;
}

/** What a question that was put to several videos has found up to now. */
export interface FoundAcross {
  /** Best first, of all videos that have been looked through. */
  readonly moments: readonly FoundMoment[];
  readonly ended: number;
  readonly total: number;
}

/** Ranks what one question found in several videos; of a video that was asked again the last answer counts. */
export function foundAcross(runs: readonly Run[], { question }: Run): FoundAcross | undefined {
  const { togetherId, candidates: most } = question;
  if (togetherId === undefined) return undefined;
  const ofVideos = new Map<string, Run>();
  for (const run of runs.toSorted((one, other) => one.createdAtMs - other.createdAtMs))
    if (run.question.togetherId === togetherId) ofVideos.set(run.question.videoId, run);
  const together = [...ofVideos.values()];
  const moments = together
    .flatMap((run) => (run.record?.candidates ?? []).map((candidate) => ({ run, candidate })))
    .sort((one, other) => bestFirst(one.candidate, other.candidate))
    .slice(0, most);
  return { moments, ended: together.filter((run) => !isActive(run)).length, total: together.length };
}
