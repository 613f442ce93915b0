import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { StoredRunEvent } from '../../../electron/host/contract/runs.ts';
import { emptyRunView, foldRunEvents } from './run-view.ts';
import type { RunView } from './run-view.ts';

/** A run that is played again from its events. */
export interface ReplayState {
  readonly runId: string | null;
  readonly events: readonly StoredRunEvent[];
  /** Since the run started. */
  readonly atMs: number;
  readonly lengthMs: number;
  readonly playing: boolean;
  /** The run as it was at `atMs`. */
  readonly view: RunView;
}

export interface ReplayStore extends StoreApi<ReplayState> {
  begin(runId: string, events: readonly StoredRunEvent[]): void;
  /** Shows the run as it was then. */
  goTo(atMs: number): void;
  setPlaying(playing: boolean): void;
  end(): void;
}

const idle: ReplayState = {
  runId: null,
  events: [],
  atMs: 0,
  lengthMs: 0,
  playing: false,
  view: emptyRunView,
};

/** No run is played again yet. */
export function createReplayStore(): ReplayStore {
  const store = createStore<ReplayState>()(() => idle);
  return Object.assign(store, {
    begin: (runId: string, events: readonly StoredRunEvent[]) =>
      store.setState({ ...idle, runId, events, lengthMs: events.at(-1)?.atMs ?? 0, playing: true }),
    goTo: (wantedMs: number) =>
      store.setState(({ events, view, atMs, lengthMs, playing }) => {
        const next = Math.min(Math.max(0, wantedMs), lengthMs);
        const past = events.slice(0, countUntil(events, next));
        const from = next < atMs ? emptyRunView : view;
        return { atMs: next, view: foldRunEvents(from, past), playing: playing && next < lengthMs };
      }),
    setPlaying: (playing: boolean) => store.setState({ playing }),
    end: () => store.setState(idle, true),
  });
}

/**
 * Roles whose work is over at the time that is shown, in words: the same while it is the same. Undefined: this run is not
 * played again.
 */
export function rolesReplayed({ runId, view }: ReplayState, shownId: string | undefined): string | undefined {
  if (runId === null || runId !== shownId) return undefined;
  return view.steps
    .filter(({ endedMs }) => endedMs !== undefined)
    .map(({ role }) => role)
    .join(' ');
}

/** How many events had happened by a time. */
function countUntil(events: readonly StoredRunEvent[], atMs: number): number {
  const later = events.findIndex((event) => event.atMs > atMs);
  return later === -1 ? events.length : later;
}
