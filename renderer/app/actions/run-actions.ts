import type { Run } from '../../../electron/host/contract/runs.ts';
import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import { markedMoment } from '../../player/player-state.ts';
import { draftOfRun, draftProblem, emptyDraft, questionOf } from '../../session/asking/ask-draft.ts';
import type { Application } from '../application.ts';
import { runsPerPage } from '../application.ts';
import { currentModel, isActive, openProject, runsNewestFirst } from '../library/selectors.ts';
import { showVideo } from './show-video.ts';

/** Asks what the draft says, of the video shown or of all of the project; the first run is shown. */
export async function askDraft(app: Application): Promise<void> {
  const state = app.library.getState();
  const project = openProject(state);
  const model = currentModel(state);
  const { videoId } = app.workspace.getState();
  const draft = app.draft.getState();
  const range = markedMoment(app.player.getState());
  if (project === undefined || model === undefined || videoId === null) return;
  if (draftProblem(draft, range) !== undefined) return;
  const others = draft.everyVideo ? project.videoIds.filter((id) => id !== videoId) : [];
  const busy = Object.values(state.runs).some(isActive);
  const runs = await app.attempt(
    Promise.all(
      [videoId, ...others].map((id) => {
        const context = { projectId: project.id, videoId: id, model, settings: state.settings, range };
        return app.call('runsAsk', questionOf(draft, context));
      }),
    ),
  );
  if (runs === undefined) return;
  takeRuns(app, runs);
  app.draft.setState({ ...emptyDraft, everyVideo: draft.everyVideo }, true);
  const [first] = runs;
  if (first !== undefined && !busy) showRun(app, first.id);
}

/** Shows a run in the right pane, and its video. */
export function showRun(app: Application, runId: string): void {
  const run = app.library.getState().runs[runId];
  if (run === undefined) return;
  if (app.workspace.getState().videoId !== run.question.videoId) showVideo(app, run.question.videoId);
  app.workspace.setState({ runId, rightTab: 'run', page: 'workspace' });
}

/** Stops a run; done when it has really stopped. */
export async function cancelRun(app: Application, id: string): Promise<void> {
  const run = await app.attempt(app.call('runsCancel', { id }));
  if (run !== undefined) takeRuns(app, [run]);
}

/** Puts what a run asked into the composer, to be changed and asked again. */
export function editAgain(app: Application, run: Run): void {
  if (app.workspace.getState().videoId !== run.question.videoId) showVideo(app, run.question.videoId);
  const { startSec, endSec } = run.question;
  if (startSec !== undefined && endSec !== undefined) {
    app.player.setState({ markInSec: startSec, markOutSec: endSec });
  }
  app.draft.setState(draftOfRun(run), true);
  app.workspace.setState({ rightTab: 'ask' });
}

/** Asks the same again, as it was. */
export async function runAgain(app: Application, run: Run): Promise<void> {
  const again = await app.attempt(app.call('runsAsk', { ...run.question, rerunOf: run.id }));
  if (again === undefined) return;
  takeRuns(app, [again]);
  showRun(app, again.id);
}

/** Plays a run again from its stored events. */
export async function replayRun(app: Application, id: string): Promise<void> {
  const stored = await app.attempt(app.call('runsEvents', { id }));
  if (stored !== undefined) app.replay.begin(id, stored.events);
}

/** Accepts or rejects a run, or writes a note on it. */
export async function reviewRun(
  app: Application,
  id: string,
  changes: { readonly review?: ReviewState; readonly note?: string },
): Promise<void> {
  const run = await app.attempt(app.call('runsReview', { id, ...changes }));
  if (run !== undefined) takeRuns(app, [run]);
}

/** Removes a run and what was stored of it. */
export async function removeRun(app: Application, id: string): Promise<void> {
  if ((await app.attempt(app.call('runsRemove', { id }))) === undefined) return;
  app.workspace.setState((state) => ({
    runId: state.runId === id ? null : state.runId,
    otherRunId: state.otherRunId === id ? null : state.otherRunId,
  }));
}

/** Loads runs from before those that are here. */
export async function loadOlderRuns(app: Application): Promise<void> {
  const { projectId, runs } = app.library.getState();
  const oldest = runsNewestFirst(runs).at(-1);
  if (projectId === null || oldest === undefined) return;
  const page = await app.attempt(
    app.call('runsList', { projectId, beforeMs: oldest.createdAtMs, limit: runsPerPage }),
  );
  if (page !== undefined) app.library.dispatch({ type: 'runsLoaded', projectId, ...page, older: true });
}

/** Takes answers into the library, unless an event has already told more of a run. */
function takeRuns(app: Application, runs: readonly Run[]): void {
  app.connection.flush();
  const known = app.library.getState().runs;
  const news = runs.filter((run) => known[run.id] === undefined || !isActive(run));
  app.library.dispatch({ type: 'events', events: news.map((run) => ({ type: 'runChanged', run })) });
}
