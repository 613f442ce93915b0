import { describe, expect, test } from 'vitest';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Application } from '../application.ts';
import { sampleProject, sampleRun } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { askDraft, loadOlderRuns, runAgain } from './run-actions.ts';

describe('asking, while the host takes its time', () => {
  test('the run is shown once it is there', async () => {
    const { app, reply } = slowWindow();
    const asked = askDraft(app);
    reply(sampleRun());
    await asked;
    expect(app.workspace.getState()).toMatchObject({ rightTab: 'run', runId: 'r1' });
  });

  test('who looks at the panel of runs already sees the new one in place of the one before', async () => {
    const { app, reply } = slowWindow();
    app.workspace.setState({ runId: 'before' });
    const asked = askDraft(app);
    app.workspace.setState({ rightTab: 'run' });
    reply(sampleRun());
    await asked;
    expect(app.workspace.getState()).toMatchObject({ rightTab: 'run', runId: 'r1' });
  });

  test.each([
    { rightTab: 'compare' },
    { rightTab: 'run', runId: 'picked' },
    { page: 'models' },
    { videoId: 'v2' },
  ] as const)('who went elsewhere meanwhile stays there: %o', async (elsewhere) => {
    const { app, reply } = slowWindow();
    const asked = askDraft(app);
    app.workspace.setState(elsewhere);
    const there = app.workspace.getState();
    reply(sampleRun());
    await asked;
    expect(app.workspace.getState()).toEqual(there);
    expect(app.library.getState().runs).toHaveProperty('r1');
  });

  test('the draft is gone once it is asked', async () => {
    const { app, reply } = slowWindow();
    const asked = askDraft(app);
    reply(sampleRun());
    await asked;
    expect(app.draft.getState().question).toBe('');
  });

  test('a question of all videos is asked of each, with one name for all, the one that is shown first', async () => {
    const { app, asked, reply } = slowWindow();
    const project = { ...sampleProject, videoIds: ['v0', 'v1', 'v2'] };
    app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
    app.draft.setState({ everyVideo: true });
    const done = askDraft(app);
    reply(sampleRun());
    await done;
    expect(asked().map(({ videoId }) => videoId)).toEqual(['v1', 'v0', 'v2']);
    const [{ togetherId, isOneOfMany } = { togetherId: undefined, isOneOfMany: undefined }] = asked();
    expect(togetherId).toBeTruthy();
    expect(isOneOfMany).toBe(true);
    expect(new Set(asked().map((question) => question.togetherId)).size).toBe(1);
  });

  test('a question of one video has no such name', async () => {
    const { app, asked, reply } = slowWindow();
    const done = askDraft(app);
    reply(sampleRun());
    await done;
    expect(asked().map(({ togetherId }) => togetherId)).toEqual([undefined]);
  });

  test('what is written meanwhile stays', async () => {
    const { app, reply } = slowWindow();
    const asked = askDraft(app);
    app.draft.setState({ question: 'Which shape rises?' });
    reply(sampleRun());
    await asked;
    expect(app.draft.getState().question).toBe('Which shape rises?');
  });

  test('a second press asks nothing a second time', async () => {
    const { app, asked, reply } = slowWindow();
    const both = Promise.all([askDraft(app), askDraft(app)]);
    reply(sampleRun());
    await both;
    expect(asked()).toHaveLength(1);
  });

  test('a question that was refused stays in the draft and can be asked again', async () => {
    const { app, asked, refuse, reply } = slowWindow();
    const refused = askDraft(app);
    refuse();
    await refused;
    expect(app.draft.getState().question).toBe('Which shape moves?');
    const again = askDraft(app);
    reply(sampleRun());
    await again;
    expect(asked()).toHaveLength(2);
    expect(app.workspace.getState().runId).toBe('r1');
  });
});

describe('running again, while the host takes its time', () => {
  test('the new run is shown in place of the old one', async () => {
    const { app, reply } = slowWindow();
    app.workspace.setState({ rightTab: 'run', runId: 'r0' });
    const again = runAgain(app, sampleRun({ id: 'r0', state: 'done' }));
    reply(sampleRun());
    await again;
    expect(app.workspace.getState()).toMatchObject({ rightTab: 'run', runId: 'r1' });
  });

  test('who went elsewhere meanwhile stays there', async () => {
    const { app, reply } = slowWindow();
    app.workspace.setState({ rightTab: 'run', runId: 'r0' });
    const again = runAgain(app, sampleRun({ id: 'r0', state: 'done' }));
    app.workspace.setState({ rightTab: 'review' });
    reply(sampleRun());
    await again;
    expect(app.workspace.getState()).toMatchObject({ rightTab: 'review', runId: 'r0' });
  });
});

test('older runs are those behind the last that is here, of those of one moment as the host lists them', () => {
  const { app, calls } = scriptedWindow({ runsList: () => ({ runs: [], more: false }) });
  const runs = ['e', 'c', 'd'].map((id) => sampleRun({ id, createdAtMs: 7 }));
  app.library.dispatch({ type: 'runsLoaded', projectId: 'p1', runs, more: true, older: false });
  void loadOlderRuns(app);
  expect(calls).toMatchObject([{ method: 'runsList', params: { behind: { id: 'c', createdAtMs: 7 } } }]);
});

/** A window with a question written, on a host that answers when the test says so. */
function slowWindow(): {
  readonly app: Application;
  /** What was asked of it up to now. */
  readonly asked: () => readonly Run['question'][];
  readonly reply: (run: Run) => void;
  readonly refuse: () => void;
} {
  let waiting = Promise.withResolvers<Run>();
  const { app, calls } = scriptedWindow({ runsAsk: () => waiting.promise });
  app.draft.setState({ question: 'Which shape moves?' });
  return {
    app,
    asked: () =>
      calls.filter(({ method }) => method === 'runsAsk').map(({ params }) => params as Run['question']),
    reply: (run) => waiting.resolve(run),
    refuse: () => {
      waiting.reject(new EngineError('INTERNAL', 'Refused.'));
      waiting = Promise.withResolvers<Run>();
    },
  };
}
