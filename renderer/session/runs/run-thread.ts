import type { Run } from '../../../electron/host/contract/runs.ts';
import type { ById } from '../../app/library/library-state.ts';

/** The run that another goes on from, where it is still there. */
function parentOf(runs: ById<Run>, run: Run): Run | undefined {
  const { runId } = run.question.follows ?? {};
  return runId === undefined ? undefined : runs[runId];
}

/** The runs that a run goes on from, oldest first. */
export function threadBefore(runs: ById<Run>, run: Run): readonly Run[] {
  const before: Run[] = [];
  // A library that was put together by hand may go in circles.
  for (
    let each = parentOf(runs, run);
    each !== undefined && !before.includes(each);
    each = parentOf(runs, each)
  )
    before.unshift(each);
  return before.filter(({ id }) => id !== run.id);
}

/** The runs that go on from one, oldest first: each begins a branch. */
export function followersOf(runs: ById<Run>, run: Run): readonly Run[] {
  return Object.values(runs)
    .filter(({ question }) => question.follows?.runId === run.id)
    .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
}
