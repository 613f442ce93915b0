import { expect, test } from 'vitest';
import { shownTracks } from '../timeline-context.ts';
import { walkOrder } from '../../timeline/timeline-commands.ts';
import { openProject, shownAnnotations } from '../library/selectors.ts';
import { sampleVideo } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { runCommand } from './command-table.ts';
import { chapterFrom } from './video-commands.ts';

const chapters = [
  { startSec: 0, endSec: 10, title: 'Opening' },
  { startSec: 10, endSec: 20, title: '' },
  { startSec: 20, endSec: 24, title: 'Last' },
];

function withChapters() {
  const { app, calls } = scriptedWindow({});
  const video = { ...sampleVideo, picture: { ...sampleVideo.picture!, chapters } };
  app.library.dispatch({ type: 'events', events: [{ type: 'videoChanged', video }] });
  app.player.actions.open(video);
  return { app, calls };
}

test('a step goes to the next chapter, and back to the beginning of this one before the one before', () => {
  const startOf = (timeSec: number, direction: 1 | -1) => chapterFrom(chapters, timeSec, direction)?.startSec;
  expect([startOf(0, 1), startOf(12, 1), startOf(20, 1)]).toEqual([10, 20, undefined]);
  expect([startOf(15, -1), startOf(10.5, -1), startOf(10, -1), startOf(0, -1)]).toEqual([
    ...[10, 0, 0],
    undefined,
  ]);
});

test('steps go from where the player was sent to, and at the last chapter they say so', () => {
  const { app } = withChapters();
  for (const expected of [10, 20]) {
    runCommand(app, 'view.nextChapter');
    expect(app.player.getState().wantedSec ?? app.player.getState().timeSec).toBe(expected);
  }
  runCommand(app, 'view.nextChapter');
  expect(app.library.getState().notices.at(-1)?.message).toBe('There is no chapter behind this one.');
});

test('chapters stand on the timeline, and are not walked through as moments are', () => {
  const { app } = withChapters();
  const [first] = shownTracks(app);
  expect(first).toMatchObject({ kind: 'chapters' });
  expect(first?.segments.map(({ text }) => text)).toEqual(['Opening', 'Chapter 2', 'Last']);
  expect(walkOrder(shownTracks(app)).filter(({ id }) => id.includes('chapter'))).toEqual([]);
});

test('chapters become moments of a track, in one step, and once', () => {
  const { app } = withChapters();
  runCommand(app, 'view.chaptersToMoments');
  const state = app.library.getState();
  const track = openProject(state)?.tracks.at(-1);
  expect(track).toMatchObject({
    name: 'Chapters',
    kind: 'own',
    origin: { kind: 'file', name: sampleVideo.name },
  });
  const made = shownAnnotations(state)
    .ofVideo(sampleVideo.id)
    .filter(({ trackId }) => trackId === track?.id);
  expect(made.map(({ startSec, endSec, text }) => [startSec, endSec, text])).toEqual([
    [0, 10, 'Opening'],
    [10, 20, 'Chapter 2'],
    [20, 24, 'Last'],
  ]);
  expect(state.pendingEdits).toHaveLength(1);
  runCommand(app, 'view.chaptersToMoments');
  expect(app.library.getState().pendingEdits).toHaveLength(1);
  expect(app.library.getState().notices.at(-1)?.message).toBe('They are on the track “Chapters” already.');
});

test('the sound is shown until a person does not want it, which is kept', () => {
  const { app, calls } = withChapters();
  const video = { ...sampleVideo, picture: { ...sampleVideo.picture!, hasAudio: false } };
  app.library.dispatch({ type: 'events', events: [{ type: 'videoChanged', video }] });
  runCommand(app, 'view.waveform');
  expect(calls.filter(({ method }) => method === 'settingsChange')).toEqual([]);
  app.library.dispatch({
    type: 'events',
    events: [{ type: 'videoChanged', video: { ...video, picture: { ...video.picture, hasAudio: true } } }],
  });
  runCommand(app, 'view.waveform');
  expect(calls.filter(({ method }) => method === 'settingsChange')).toMatchObject([
    { params: { showsWaveform: false } },
  ]);
});
