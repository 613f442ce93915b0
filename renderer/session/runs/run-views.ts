import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { HostEvent } from '../../../electron/host/contract/events.ts';
import type { StoredRunEvent } from '../../../electron/host/contract/runs.ts';
import type { Call } from '../../transport/connection.ts';
import { emptyRunView, foldRunEvents, hasGap } from './run-view.ts';
import type { RunView } from './run-view.ts';

/** Views of the runs that are shown; those of others are not kept, so that memory does not grow with questions. */
export interface RunViews {
  readonly store: StoreApi<Readonly<Record<string, RunView>>>;
  /** Loads and follows a run until the returned function is called. */
  watch(runId: string): () => void;
  take(events: readonly HostEvent[]): void;
  /** Asks for what may have been missed, after the line was broken. */
  catchUp(): void;
}

/** @param onError a run's events could not be had. */
export function createRunViews(call: Call, onError: (error: unknown) => void): RunViews {
  const store = createStore<Readonly<Record<string, RunView>>>()(() => ({}));
  const watchers = new Map<string, number>();
  const loading = new Set<string>();

  const fold = (runId: string, events: readonly StoredRunEvent[]): void => {
    if (!watchers.has(runId)) return;
    const view = store.getState()[runId] ?? emptyRunView;
    const folded = foldRunEvents(view, events);
    if (folded !== view || store.getState()[runId] === undefined) store.setState({ [runId]: folded });
  };

  const load = async (runId: string): Promise<void> => {
    if (loading.has(runId)) return;
    loading.add(runId);
    try {
      const fromSeq = store.getState()[runId]?.nextSeq ?? 0;
      const { events } = await call('runsEvents', { id: runId, fromSeq });
      fold(runId, events);
    } catch (error) {
      onError(error);
    } finally {
      loading.delete(runId);
    }
  };

  return {
    store,
    watch: (runId) => {
      const count = watchers.get(runId) ?? 0;
      watchers.set(runId, count + 1);
      if (count === 0) void load(runId);
      let watching = true;
      return () => {
        if (!watching) return;
        watching = false;
        const left = (watchers.get(runId) ?? 1) - 1;
        if (left > 0) {
          watchers.set(runId, left);
          return;
        }
        watchers.delete(runId);
        const rest = { ...store.getState() };
        Reflect.deleteProperty(rest, runId);
        store.setState(rest, true);
      };
    },
    take: (events) => {
      for (const event of events) {
        if (event.type !== 'runEvents' || !watchers.has(event.runId)) continue;
        const view = store.getState()[event.runId] ?? emptyRunView;
        if (hasGap(view, event.events)) void load(event.runId);
        else fold(event.runId, event.events);
      }
    },
    catchUp: () => {
      for (const runId of watchers.keys()) void load(runId);
    },
  };
}
