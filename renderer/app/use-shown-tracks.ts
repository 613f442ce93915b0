import { useCallback, useSyncExternalStore } from 'react';
import type { TimelineTrack } from '../timeline/timeline-model.ts';
import { shownTracks } from './timeline-context.ts';
import { useApp } from './use-app.ts';

/** The tracks of the video that is shown; the same list while they are the same. */
export function useShownTracks(): readonly TimelineTrack[] {
  const app = useApp();
  const subscribe = useCallback(
    (listener: () => void) => {
      const stores = [app.library, app.workspace, app.runViews.store, app.replay];
      const stops = stores.map((store) => store.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [app],
  );
  const tracks = (): readonly TimelineTrack[] => shownTracks(app);
  return useSyncExternalStore(subscribe, tracks, tracks);
}
