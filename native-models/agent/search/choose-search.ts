import type { AskRequest } from '../../protocol/ask-request.ts';
import { aboutTime } from '../../protocol/remaining-time.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import type { LookingRun } from './role-look.ts';
import { planSearch } from './search-plan.ts';

/** A search of windows that will take longer is not begun without being asked for. */
const mostUnaskedSec = 15 * 60;

/** How a run is asked, with the search that was chosen for it. */
export interface ChosenSearch {
  readonly request: AskRequest;
  readonly warnings: readonly RunWarning[];
}

/**
 * Chooses for `auto`: window by window where the film is longer than one window and this will not take too long on this machine, as far
 * as that was measured; else all of it at once, and it is told what looking closely would take. Other modes stay as they are.
 *
 * @param secondsOf Foretells a run; undefined where nothing was measured.
 */
export async function chooseSearch(
  run: LookingRun,
  secondsOf: (run: LookingRun) => Promise<number | undefined>,
): Promise<ChosenSearch> {
  const { request } = run;
  const { search } = request;
  const unchanged = { request, warnings: [] };
  if (search?.mode !== 'auto' || !run.roles.includes('grounder')) return unchanged;
  if (planSearch(run).mode === 'whole') return unchanged;
  const closely: AskRequest = { ...request, search: { ...search, mode: 'windows' } };
  const seconds = await secondsOf({ ...run, request: closely });
  if (seconds === undefined || seconds <= mostUnaskedSec) return { request: closely, warnings: [] };
  return {
    request: { ...request, search: { ...search, mode: 'whole' } },
    warnings: [
      {
        code: 'SEARCH_NOT_CLOSE',
        message: `Looking window by window would take about ${aboutTime(seconds)} here: all of the video was looked at at once. Ask for windows to do it all the same.`,
      },
    ],
  };
}
