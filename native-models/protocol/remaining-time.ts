import type { Speaker } from './roles.ts';
import type { RunEvent } from './run-events.ts';
import type { RunForecast } from './run-forecast.ts';

/** The roles that were done tell how the day's pace compares with the foretold one, within these bounds. */
const paceBounds = { least: 0.5, most: 3 } as const;

/** Who begins with an event; undefined where nobody does. */
function beginner(event: RunEvent): Speaker | undefined {
  if (event.type === 'planning') return 'planner';
  if (event.type === 'grounding') return 'grounder';
  if (event.type === 'verifying') return event.index === 0 ? 'verifier' : undefined;
  return event.type === 'answering' ? 'answerer' : undefined;
}

/** A role at work, in seconds of any steady clock; without an end while it is. */
export interface RoleStep {
  readonly role: Speaker;
  readonly startSec: number;
  readonly endSec?: number | undefined;
}

/**
 * Seconds that a run still takes at a time. What is to come is foretold anew by how long the roles before really took; a role that
 * takes longer than foretold is about to end.
 */
export function remainingSec({ roles }: RunForecast, steps: readonly RoleStep[], nowSec: number): number {
  const secondsOf = (role: Speaker) => roles.find((each) => each.role === role)?.seconds ?? 0;
  const last = steps.at(-1);
  const done = steps.filter(({ endSec }) => endSec !== undefined);
  const foretold = done.reduce((sum, { role }) => sum + secondsOf(role), 0);
  const took = done.reduce((sum, { startSec, endSec = nowSec }) => sum + endSec - startSec, 0);
  const pace = foretold === 0 ? 1 : Math.min(paceBounds.most, Math.max(paceBounds.least, took / foretold));
  const at = roles.findIndex(({ role }) => role === last?.role);
  const own =
    last === undefined || last.endSec !== undefined
      ? 0
      : Math.max(0, secondsOf(last.role) * pace - (nowSec - last.startSec));
  return own + roles.slice(at + 1).reduce((sum, { seconds }) => sum + seconds * pace, 0);
}

/** How long a run still takes, told by its events and a clock. */
export class RemainingTime {
  #time: RunForecast | undefined;
  #steps: readonly RoleStep[] = [];

  /** Notes an event that comes at a time of any steady clock. */
  hear(event: RunEvent, nowSec: number): void {
    if (event.type === 'started') {
      this.#time = event.time;
      this.#steps = [];
      return;
    }
    const named = beginner(event);
    const isAnswerer = this.#time?.roles.some(({ role }) => role === 'answerer') === true;
    // A model that reasons aloud answers all alone.
    const role = named === 'answerer' && !isAnswerer ? 'reasoner' : named;
    if (role === undefined) return;
    this.#steps = [
      ...this.#steps.map((step) => ({ ...step, endSec: step.endSec ?? nowSec })),
      { role, startSec: nowSec },
    ];
  }

  /** Seconds left at a time; undefined where nothing was foretold. */
  leftSec(nowSec: number): number | undefined {
    return this.#time === undefined ? undefined : remainingSec(this.#time, this.#steps, nowSec);
  }
}

/** A time that is only about right: `8 s`, `14 min`, `2.5 h`. */
export function aboutTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
