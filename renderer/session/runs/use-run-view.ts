import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { isActive } from '../../app/library/selectors.ts';
import { useApp } from '../../app/use-app.ts';
import { endRunView, tellingView } from './run-view.ts';
import type { RunView } from './run-view.ts';

/**
 * The view of a run while it is shown: followed live, or as it was at the time of its replay. Undefined until its events
 * are here.
 */
export function useRunView(run: Run): RunView | undefined {
  const { replay, runViews } = useApp();
  const { id } = run;
  useEffect(() => runViews.watch(id), [runViews, id]);
  const live = useStore(runViews.store, (views) => views[id]);
  const replayed = useStore(replay, (state) => (state.runId === id ? state.view : undefined));
  if (replayed !== undefined) return replayed;
  const telling = tellingView(live, isActive(run));
  return telling === undefined || isActive(run) ? telling : endRunView(telling);
}
