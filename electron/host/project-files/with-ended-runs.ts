import type { WholeProject } from '../store/tables/whole-projects.ts';

/**
 * A project of which nothing is at work: what waits or runs in one library does so in no other, and nobody asks there for what
 * a file brings.
 */
export function withEndedRuns(whole: WholeProject): WholeProject {
  const isOpen = (state: string): boolean => state === 'queued' || state === 'running';
  return {
    ...whole,
    runs: whole.runs.map((run) => (isOpen(run.state) ? { ...run, state: 'interrupted' as const } : run)),
  };
}
