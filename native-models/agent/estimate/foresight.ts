import type { AskRequest } from '../../protocol/ask-request.ts';
import { roleNames } from '../../protocol/roles.ts';
import type { RunForecast } from '../../protocol/run-forecast.ts';
import type { Run, Workspace } from '../run.ts';
import type { LookingRun } from '../search/role-look.ts';
import type { RunJournal } from '../run-journal.ts';
import { forecastOf, learntFrom, planRoles } from './forecast.ts';
import type { PlannedRoles } from './forecast.ts';
import { keptOf } from './kept-work.ts';
import type { Pace, PaceBook } from './pace.ts';
import { viewOf } from './role-views.ts';

/** A run as it was foreseen. */
export interface ForeseenRun {
  /** Absent where it was not measured before. */
  readonly time?: RunForecast;
  /** Keeps what it really took; to be called when it is done. */
  readonly learn: (journal: RunJournal) => Promise<void>;
}

/** Says how long an open package's runs will take, and learns from how long they took. */
export class Foresight {
  readonly #paces: PaceBook;
  readonly #workspace: Workspace;
  readonly #weights: string;
  readonly #openSec: number;

  /** @param weights Names what features on disk are of. @param openSec What opening the package took. */
  constructor(paces: PaceBook, workspace: Workspace, weights: string, openSec: number) {
    this.#paces = paces;
    this.#workspace = workspace;
    this.#weights = weights;
    this.#openSec = openSec;
  }

  /** Plans a run before anything of it is done; undefined where it is not this package's alone, or cannot be done. */
  async plan(run: Run): Promise<ForeseenRun | undefined> {
    if (run.request.reasoner?.verification !== undefined) return undefined;
    const planned = await this.#planned(run);
    if (planned === undefined) return undefined;
    const time = forecastOf(planned, await this.#find(run.request));
    return {
      ...(time === undefined ? {} : { time }),
      learn: async (journal) => {
        if (!isTypical(run.request, journal)) return;
        const pace = (await this.#find(run.request)) ?? this.#fresh();
        const learnt = learntFrom(pace, planned, journal);
        await this.#paces.keep(this.#workspace.model.checksum, run.request, { ...learnt, ...this.#now() });
      },
    };
  }

  /** Seconds that a run will take; undefined where that was not measured before. */
  async secondsOf(run: LookingRun): Promise<number | undefined> {
    const planned = await this.#planned(run);
    const pace = await this.#find(run.request);
    return planned === undefined ? undefined : forecastOf(planned, pace)?.seconds;
  }

  async #planned(run: LookingRun): Promise<PlannedRoles | undefined> {
    try {
      const views = run.roles.map((role) => viewOf(run, role, []));
      return await planRoles(run, views, keptOf(this.#workspace));
    } catch {
      // What is wrong with the question the run itself will say, in its place.
      return undefined;
    }
  }

  #find(request: AskRequest): Promise<Pace | undefined> {
    return this.#paces.find(this.#workspace.model.checksum, request);
  }

  #fresh(): Pace {
    return { ...this.#now(), roles: {} };
  }

  #now(): Omit<Pace, 'roles'> {
    const { vision } = this.#workspace.model;
    const towerKeys = Object.fromEntries(roleNames.map((role) => [role, vision.weightsKey(role)]));
    return { weights: this.#weights, towerKeys, openSec: this.#openSec, usedMs: Date.now() };
  }
}

/** Whether a run did what any other would: then its times say something about the next one. */
function isTypical(
  { forcedTokens, benchmark, saveFramesPath, search }: AskRequest,
  journal: RunJournal,
): boolean {
  const asUsual = [forcedTokens, benchmark, saveFramesPath, search?.goOn].every((each) => each === undefined);
  return asUsual && !journal.hasWarned('SEARCH_ENDED_EARLY');
}
