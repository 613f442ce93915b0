import { useStore } from 'zustand';
import type { TimelineTrack } from '../timeline/timeline-model.ts';
import { shownTracks } from './timeline-context.ts';
import { useApp } from './use-app.ts';

/** The tracks of the video that is shown; the same list while they are the same. */
export function useShownTracks(): readonly TimelineTrack[] {
  const app = useApp();
  useStore(app.library);
  useStore(app.workspace);
  useStore(app.runViews.store);
  useStore(app.replay);
  return shownTracks(app);
}
