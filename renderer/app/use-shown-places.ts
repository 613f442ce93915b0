import { useMemo } from 'react';
import { useStore } from 'zustand';
import { shownPlaces } from '../places/shown-places.ts';
import type { ShownPlace } from '../places/shown-places.ts';
import { tellingView } from '../session/runs/run-view.ts';
import { isActive } from './library/selectors.ts';
import { useShownTracks } from './use-shown-tracks.ts';
import { useApp, useLibrary, useWorkspace } from './use-app.ts';

/** All boxes and points of the video that is shown: those that are kept, and those that the run beside it named up to now. */
export function useShownPlaces(): readonly ShownPlace[] {
  const app = useApp();
  const tracks = useShownTracks();
  const videoId = useWorkspace((state) => state.videoId);
  const runId = useWorkspace((state) => state.runId);
  const run = useLibrary((state) => (runId === null ? undefined : state.runs[runId]));
  const live = useStore(app.runViews.store, (state) => (runId === null ? undefined : state[runId]));
  const replayed = useStore(app.replay, (state) => (state.runId === runId ? state.view : undefined));
  return useMemo(() => {
    const isOfVideo = run !== undefined && run.question.videoId === videoId;
    const telling = replayed ?? (run && tellingView(live, isActive(run)));
    const places = telling === undefined ? run?.record?.places : telling.saidPlaces;
    return shownPlaces(
      tracks,
      isOfVideo && places !== undefined
        ? { runId: run.id, videoId: run.question.videoId, places }
        : undefined,
    );
  }, [tracks, run, videoId, live, replayed]);
}
