import type { Annotation } from '../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../electron/host/contract/library.ts';
import type { Chapter, Label, Project, Track } from '../../electron/host/contract/library.ts';
import { findingsOf } from '../session/runs/run-findings.ts';
import { tellingView } from '../session/runs/run-view.ts';
import type { RunView } from '../session/runs/run-view.ts';
import { annotationTracks, chapterTracks, isFixed, runTracks } from '../timeline/build-tracks.ts';
import type { RunFindings } from '../timeline/build-tracks.ts';
import { walkOrder } from '../timeline/timeline-commands.ts';
import type { TimelineCommandContext } from '../timeline/timeline-commands.ts';
import type { TimelineSegment, TimelineTrack } from '../timeline/timeline-model.ts';
import { goOnBehind } from './actions/go-on.ts';
import { edit, newAnnotationId } from './actions/annotation-actions.ts';
import type { Application } from './application.ts';
import { isActive, openProject, remember, shownAnnotations } from './library/selectors.ts';

const noLabels: readonly Label[] = [];
const noTracks: readonly Track[] = [];
const noChapters: readonly Chapter[] = [];

/** A run's view as it is shown: as it was at the time of the replay, while it is played again. */
export function shownView(app: Application, runId: string): RunView | undefined {
  const replay = app.replay.getState();
  if (replay.runId === runId) return replay.view;
  const run = app.library.getState().runs[runId];
  return tellingView(app.runViews.store.getState()[runId], run !== undefined && isActive(run));
}

const findings = remember(findingsOf);
const chaptersShown = remember(chapterTracks);
const tracksOf = remember(
  (
    found: RunFindings | undefined,
    annotations: readonly Annotation[],
    labels: readonly Label[],
    tracks: readonly Track[],
    chapters: readonly TimelineTrack[],
  ): readonly TimelineTrack[] => {
    const kept = annotationTracks(annotations, { labels, tracks });
    const ofRun = found === undefined ? [] : runTracks(found, kept);
    // What a person keeps and changes stands nearest to the pictures, once there is any.
    return [...chapters, ...(annotations.length > 0 ? [...kept, ...ofRun] : [...ofRun, ...kept])];
  },
);

/** The tracks of the video that is shown: of the run beside it and of the annotations. */
export function shownTracks(app: Application): readonly TimelineTrack[] {
  const state = app.library.getState();
  const { videoId, runId } = app.workspace.getState();
  const run = runId === null ? undefined : state.runs[runId];
  const about = run?.question.videoId === videoId ? run : undefined;
  const found = about === undefined ? undefined : findings(about, shownView(app, about.id));
  const project = openProject(state);
  return tracksOf(
    found,
    shownAnnotations(state).ofVideo(videoId),
    project?.labels ?? noLabels,
    project?.tracks ?? noTracks,
    chaptersShown(videoId ?? '', state.videos[videoId ?? '']?.picture?.chapters ?? noChapters),
  );
}

/** The track that new moments go to: the one chosen, where it can be changed, else the first that can. */
export function activeTrack(project: Project | undefined, chosenId: string | null): Track | undefined {
  const open = (project?.tracks ?? noTracks).filter((track) => !isFixed(track));
  return open.find(({ id }) => id === chosenId) ?? open.find(({ hidden }) => !hidden) ?? open[0];
}

/** What the timeline's commands work on. */
export function timelineContextOf(app: Application): TimelineCommandContext {
  return {
    store: app.timeline,
    player: app.player,
    tracks: shownTracks(app),
    walked: () => walkedSegments(app),
    trackId:
      activeTrack(openProject(app.library.getState()), app.workspace.getState().activeTrackId)?.id ??
      ownTrackId,
    tell: (message) =>
      app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'key' } }),
    edit: (change) => edit(app, change),
    newId: newAnnotationId,
    goOn: (decided) =>
      goOnBehind(
        app,
        decided.flatMap(({ origin }) => (origin.type === 'annotation' ? [origin.annotation] : [])),
      ),
  };
}

/** What arrow keys walk through: in review its own list, as it is filtered; else all that the timeline shows. */
function walkedSegments(app: Application): readonly TimelineSegment[] {
  const tracks = shownTracks(app);
  const { rightTab, page, reviewFilter } = app.workspace.getState();
  if (rightTab !== 'review' || page !== 'workspace') return walkOrder(tracks);
  const selectedId = app.timeline.getState().selection.at(-1);
  const own = tracks.filter(({ kind }) => kind === 'own').flatMap(({ segments }) => segments);
  // Where nothing is to be reviewed yet, what others found can be chosen, and with W be made one's own.
  if (own.length === 0) return walkOrder(tracks);
  return own
    .filter(({ id, state }) => id === selectedId || reviewFilter === 'all' || state === reviewFilter)
    .toSorted((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
}
