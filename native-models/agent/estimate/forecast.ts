import type { Speaker } from '../../protocol/roles.ts';
import type { RunForecast } from '../../protocol/run-forecast.ts';
import type { RunJournal } from '../run-journal.ts';
import { planSearch } from '../search/search-plan.ts';
import { learnt, paceKey, secondsOf } from './pace.ts';
import type { Pace } from './pace.ts';
import type { Amounts } from './amounts.ts';
import { plannedWork } from './role-work.ts';
import type { KeptWork } from './role-work.ts';
import type { RoleView } from './role-views.ts';
import type { LookingRun } from '../search/role-look.ts';

/** What a run will have to do, and how long that takes where it was measured before. */
export interface PlannedRoles {
  readonly planned: ReadonlyMap<Speaker, Amounts>;
  /** By role: under which name its pace is kept. */
  readonly paceKeys: ReadonlyMap<Speaker, string>;
}

/** Plans what roles will have to do. */
export async function planRoles(
  run: LookingRun,
  views: readonly RoleView[],
  kept: KeptWork,
): Promise<PlannedRoles> {
  const windows = run.roles.includes('grounder') && planSearch(run).mode === 'windows';
  return {
    planned: await plannedWork(run, views, kept),
    paceKeys: new Map(views.map(({ role }) => [role, paceKey(role, run.request, windows)])),
  };
}

/** Seconds of each role and of all; undefined where one of them was never measured. */
export function forecastOf(
  { planned, paceKeys }: PlannedRoles,
  pace: Pace | undefined,
): RunForecast | undefined {
  const roles = [...planned].map(([role, work]) => ({
    role,
    seconds: secondsOf(pace, paceKeys.get(role) ?? '', work),
  }));
  const known = roles.flatMap(({ role, seconds }) => (seconds === undefined ? [] : [{ role, seconds }]));
  if (known.length < roles.length) return undefined;
  return { roles: known, seconds: known.reduce((sum, { seconds }) => sum + seconds, 0) };
}

/** A pace with what a run took, as far as its roles did what was planned. */
export function learntFrom(pace: Pace, { planned, paceKeys }: PlannedRoles, journal: RunJournal): Pace {
  let now = pace;
  for (const [role, work] of planned) {
    const seconds = journal.secondsOf(role);
    if (seconds !== undefined) now = learnt(now, paceKeys.get(role) ?? '', work, seconds);
  }
  return now;
}
