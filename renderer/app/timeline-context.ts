import type { Annotation } from '../../electron/host/contract/annotations.ts';
import type { Label } from '../../electron/host/contract/library.ts';
import { findingsOf } from '../session/runs/run-findings.ts';
import type { RunView } from '../session/runs/run-view.ts';
import { annotationTracks, runTracks } from '../timeline/build-tracks.ts';
import type { RunFindings } from '../timeline/build-tracks.ts';
import type { TimelineCommandContext } from '../timeline/timeline-commands.ts';
import type { TimelineTrack } from '../timeline/timeline-model.ts';
import { edit, newAnnotationId } from './actions/annotation-actions.ts';
import type { Application } from './application.ts';
import { openProject, remember, shownAnnotations, videoAnnotations } from './library/selectors.ts';

const noLabels: readonly Label[] = [];

/** A run's view as it is shown: as it was at the time of the replay, while it is played again. */
export function shownView(app: Application, runId: string): RunView | undefined {
  const replay = app.replay.getState();
  return replay.runId === runId ? replay.view : app.runViews.store.getState()[runId];
}

const findings = remember(findingsOf);
const tracksOf = remember(
  (
    found: RunFindings | undefined,
    annotations: readonly Annotation[],
    labels: readonly Label[],
  ): readonly TimelineTrack[] => {
    const ofRun = found === undefined ? [] : runTracks(found);
    const kept = annotationTracks(annotations, labels);
    // What a person keeps and changes stands nearest to the pictures, once there is any.
    return annotations.length > 0 ? [...kept, ...ofRun] : [...ofRun, ...kept];
  },
);

/** The tracks of the video that is shown: of the run beside it and of the annotations. */
export function shownTracks(app: Application): readonly TimelineTrack[] {
  const state = app.library.getState();
  const { videoId, runId } = app.workspace.getState();
  const run = runId === null ? undefined : state.runs[runId];
  const about = run?.question.videoId === videoId ? run : undefined;
  const found = about === undefined ? undefined : findings(about, shownView(app, about.id));
  const annotations = shownAnnotations(state.annotations, state.pendingEdits, state.projectId);
  return tracksOf(found, videoAnnotations(annotations, videoId), openProject(state)?.labels ?? noLabels);
}

/** What the timeline's commands work on. */
export function timelineContextOf(app: Application): TimelineCommandContext {
  return {
    store: app.timeline,
    player: app.player,
    tracks: shownTracks(app),
    edit: (change) => edit(app, change),
    newId: newAnnotationId,
  };
}
