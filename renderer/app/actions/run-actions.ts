import type { Run } from '../../../electron/host/contract/runs.ts';
import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import { markedMoment } from '../../player/player-state.ts';
import {
  draftFollowing,
  draftOfRun,
  draftProblem,
  emptyDraft,
  questionOf,
} from '../../session/asking/ask-draft.ts';
import type { AskDraft } from '../../session/asking/ask-draft.ts';
import { randomId } from '../../random-id.ts';
import type { Application } from '../application.ts';
import { runsPerPage } from '../application.ts';
import type { WorkspaceState } from '../workspace-state.ts';
import { currentModel, isActive, openProject, runsNewestFirst } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { showVideo } from './show-video.ts';

/** Drafts that the host has not answered yet: a second press of the key asks nothing a second time. */
const draftsUnderWay = new WeakSet<AskDraft>();

/**
 * Asks what the draft says, of the video shown or of all of the project; the first run is shown. A host that is busy may
 * take seconds: what is written meanwhile stays, as does the place that is gone to.
 */
export async function askDraft(app: Application): Promise<void> {
  const state = app.library.getState();
  const project = openProject(state);
  const model = currentModel(state);
  const askedFrom = app.workspace.getState();
  const { videoId } = askedFrom;
  const draft = app.draft.getState();
  const range = markedMoment(app.player.getState());
  if (project === undefined || model === undefined || videoId === null) return;
  if (draftProblem(draft, range) !== undefined || draftsUnderWay.has(draft)) return;
  const others = draft.everyVideo ? project.videoIds.filter((id) => id !== videoId) : [];
  const togetherId = others.length > 0 && model.agent === 'chain' ? randomId() : undefined;
  const busy = Object.values(state.runs).some(isActive);
  draftsUnderWay.add(draft);
  const runs = await app.attempt(
    Promise.all(
      [videoId, ...others].map((id) => {
        const { settings } = state;
        const context = { projectId: project.id, videoId: id, model, settings, range, togetherId };
        return app.call('runsAsk', questionOf(draft, context));
      }),
    ),
  );
  draftsUnderWay.delete(draft);
  if (runs === undefined) return;
  takeRuns(app, runs);
  if (app.draft.getState() === draft) {
    app.draft.setState({ ...emptyDraft, everyVideo: draft.everyVideo }, true);
  }
  const [first] = runs;
  if (first !== undefined && !busy && isStillThere(app, askedFrom)) showRun(app, first.id);
}

/** Whether the window shows what it did, or the panel of runs, where a new run is awaited. */
function isStillThere(app: Application, before: WorkspaceState): boolean {
  const { page, videoId, runId, rightTab } = app.workspace.getState();
  const sameSubject = page === before.page && videoId === before.videoId && runId === before.runId;
  return sameSubject && (rightTab === before.rightTab || rightTab === 'run');
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

/** Stops what waits, last first, and then what runs: nothing else begins in between. */
export async function cancelRuns(app: Application, runs: readonly Run[]): Promise<void> {
  for (const { id } of runs.toReversed()) await cancelRun(app, id);
}

/** Brings a question that waits before another one, or behind all. */
export async function moveRun(app: Application, id: string, beforeId: string | null): Promise<void> {
  await app.attempt(app.call('runsMove', { id, beforeId }));
}

/** Has a search end; the run goes on with what it has found. False where there was nothing to end. */
export async function settleRun(app: Application, id: string): Promise<boolean> {
  return (await app.attempt(app.call('runsSettle', { id })))?.found === true;
}

/** Asks the same again of what an ended search left out, with what it found. */
export async function searchFurther(app: Application, run: Run): Promise<void> {
  const { record, question } = run;
  if (record?.search === undefined) return;
  const goOn = {
    searched: record.search.windows.map(({ startSec, endSec }) => ({ startSec, endSec })),
    candidates: record.candidates,
  };
  const search = { ...question.search, goOn };
  await runAgain(app, { ...run, question: { ...question, search: { mode: 'windows', ...search } } });
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

/** Puts a question that goes on from a run into the composer, to be written. */
export function askFurther(app: Application, run: Run): void {
  if (app.workspace.getState().videoId !== run.question.videoId) showVideo(app, run.question.videoId);
  app.draft.setState(draftFollowing(run), true);
  app.workspace.setState({ rightTab: 'ask' });
}

/** Asks the same again, as it was. */
export async function runAgain(app: Application, run: Run): Promise<void> {
  const askedFrom = app.workspace.getState();
  const again = await app.attempt(app.call('runsAsk', { ...run.question, rerunOf: run.id }));
  if (again === undefined) return;
  takeRuns(app, [again]);
  if (isStillThere(app, askedFrom)) showRun(app, again.id);
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

/** Asks whether a run is to go; it cannot be brought back. */
export function askToRemoveRun(app: Application, run: Run): void {
  app.workspace.setState({
    dialog: {
      kind: 'confirm',
      title: appTexts.removeRunTitle,
      text: appTexts.removeRunText(run.question.question),
      action: appTexts.remove,
      onConfirmed: () => void removeRun(app, run.id),
    },
  });
}

async function removeRun(app: Application, id: string): Promise<void> {
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
  const { id, createdAtMs } = oldest;
  const page = await app.attempt(
    app.call('runsList', { projectId, behind: { id, createdAtMs }, limit: runsPerPage }),
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
