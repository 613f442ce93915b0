import { expect, test } from 'vitest';
import { switchProject } from '../actions/project-actions.ts';
import { showFirstVideo } from '../actions/show-first-video.ts';
import { showVideo } from '../actions/show-video.ts';
import type { Application } from '../application.ts';
import { sampleProject, sampleVideo } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import type { SeenCall } from '../testing/scripted-window.ts';
import { keepPlaces } from './keep-places.ts';

const other = { ...sampleVideo, id: 'v2', name: 'other.mp4' };

test('a video is shown again where it was left: playhead, zoom, selection', () => {
  const { app } = windowWithTwo();
  see(app, 'v1');
  app.player.actions.seekToSec(2);
  app.timeline.actions.fitMoment({ startSec: 1, endSec: 2 });
  app.timeline.actions.select(['a1']);
  const { view } = app.timeline.getState();
  see(app, 'v2');
  expect(app.player.getState().wantedSec ?? 0).toBe(0);
  expect(app.timeline.getState().selection).toEqual([]);
  see(app, 'v1');
  expect(app.player.getState().wantedSec).toBe(2);
  expect(app.timeline.getState()).toMatchObject({ view, selection: ['a1'] });
});

test('what was open, and where, is kept and taken over by the next window; a video that is gone is passed over', () => {
  const { app, calls } = windowWithTwo();
  const delayed: (() => void)[] = [];
  keepPlaces(app, (act) => {
    delayed.push(act);
    return () => undefined;
  });
  for (const id of ['v1', 'v2']) {
    showVideo(app, id);
    see(app, id);
  }
  app.player.actions.seekToSec(3);
  // What follows one another fast is kept once.
  expect(delayed).toHaveLength(1);
  app.places.keepNow();
  const kept = keptIn(calls);
  expect(kept).toMatchObject({ p1: { videoId: 'v2', openVideoIds: ['v1', 'v2'] } });

  const { app: next } = windowWithTwo();
  const { settings } = next.library.getState();
  const withKept = { ...settings, workPlaces: kept as typeof settings.workPlaces };
  next.library.dispatch({ type: 'events', events: [{ type: 'settingsChanged', settings: withKept }] });
  next.workspace.setState({ videoId: null });
  showFirstVideo(next);
  expect(next.workspace.getState()).toMatchObject({ videoId: 'v2', openVideoIds: ['v1', 'v2'] });
  see(next, 'v2');
  expect(next.player.getState().wantedSec).toBe(3);

  const project = { ...sampleProject, videoIds: ['v1'] };
  next.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
  next.workspace.setState({ videoId: null });
  showFirstVideo(next);
  expect(next.workspace.getState()).toMatchObject({ videoId: 'v1', openVideoIds: ['v1'] });
});

test('a change of project keeps what waited to be kept, and for the project that is left', async () => {
  const { app, calls } = windowWithTwo();
  keepPlaces(app, () => () => undefined);
  see(app, 'v1');
  app.player.actions.seekToSec(3);
  await switchProject(app, 'p2');
  expect(keptIn(calls)).toMatchObject({ p1: { videoId: 'v1', places: { v1: { timeSec: 3 } } } });
});

test('a video that plays on is shown again where it was left, not where it began to play', () => {
  const { app } = windowWithTwo();
  see(app, 'v1');
  app.player.setState({ playing: true });
  app.player.setState({ timeSec: 4 });
  see(app, 'v2');
  see(app, 'v1');
  expect(app.player.getState().wantedSec).toBe(4);
});

test('how far a video has played is kept when the page goes', () => {
  const { app, calls } = windowWithTwo();
  keepPlaces(app, () => () => undefined);
  see(app, 'v1');
  app.player.setState({ playing: true });
  app.player.setState({ timeSec: 4 });
  app.places.keepNow();
  expect(keptIn(calls)).toMatchObject({ p1: { places: { v1: { timeSec: 4 } } } });
});

function keptIn(calls: readonly SeenCall[]): unknown {
  return calls.findLast(({ params }) => params['workPlaces'] !== undefined)?.params['workPlaces'];
}

function windowWithTwo() {
  const window = scriptedWindow({});
  const project = { ...sampleProject, videoIds: ['v1', 'v2'] };
  window.app.library.dispatch({
    type: 'events',
    events: [
      { type: 'videoChanged', video: other },
      { type: 'projectChanged', project },
    ],
  });
  return window;
}

/** What player and timeline do once a video is in them. */
function see(app: Application, videoId: string): void {
  const video = app.library.getState().videos[videoId];
  app.player.actions.open(video);
  if (video?.picture !== undefined)
    app.timeline.actions.open(videoId, video.picture.durationSec, video.picture.fps);
}
