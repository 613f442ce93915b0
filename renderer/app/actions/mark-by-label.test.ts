import { expect, test } from 'vitest';
import { sampleAnnotation, sampleProject, sampleVideo } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { giveLabel } from './give-label.ts';
import { letGo, pressLabel, pressLastLabel } from './mark-by-label.ts';

const walk = { id: 'l1', name: 'walk', color: 0 };
const talk = { id: 'l2', name: 'talk', color: 1 };

function open(labelIds?: string[]) {
  const { app } = scriptedWindow({});
  const [own] = sampleProject.tracks;
  const tracks = own === undefined ? [] : [{ ...own, ...(labelIds === undefined ? {} : { labelIds }) }];
  const project = { ...sampleProject, labels: [walk, talk], tracks };
  app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
  app.player.actions.open(sampleVideo);
  const at = (timeSec: number) => app.player.actions.seekToSec(timeSec);
  const added = () =>
    app.library
      .getState()
      .pendingEdits.flatMap(({ operations }) => operations)
      .flatMap((operation) => (operation.op === 'add' ? [operation.annotation] : []));
  return { app, at, added, told: () => app.library.getState().notices.at(-1)?.message };
}

test('the key of a label begins a moment and ends it with the frame at the playhead, labels beside each other', () => {
  const { app, at, added } = open();
  at(2);
  pressLabel(app, walk);
  at(4);
  app.timeline.actions.select([]);
  pressLabel(app, talk);
  at(6);
  pressLabel(app, walk);
  expect(added()).toMatchObject([{ labelId: 'l1', startSec: 2, endSec: 6.04, provenance: 'human' }]);
  expect(app.timeline.getState().openMarks).toEqual([{ labelId: 'l2', startSec: 4 }]);
});

test('a moment does not end before it began, and Escape lets go of it', () => {
  const { app, at, added, told } = open();
  at(5);
  pressLabel(app, walk);
  at(1);
  pressLabel(app, walk);
  expect(added()).toEqual([]);
  expect(told()).toContain('end before it began');
  letGo(app);
  expect(app.timeline.getState().openMarks).toEqual([]);
});

test('where a moment is selected its key labels it, and the last label can be set again', () => {
  const { app } = open();
  const annotations = [sampleAnnotation(), sampleAnnotation({ id: 'a2', startSec: 8, endSec: 9 })];
  app.library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations });
  app.timeline.actions.select(['a1']);
  pressLabel(app, talk);
  app.timeline.actions.select(['a2']);
  pressLastLabel(app);
  const operations = app.library.getState().pendingEdits.flatMap((edit) => edit.operations);
  expect(operations).toEqual([
    { op: 'update', id: 'a1', changes: { labelId: 'l2' } },
    { op: 'update', id: 'a2', changes: { labelId: 'l2' } },
  ]);
});

test('a label that is not in the set of the track is refused by name', () => {
  const { app, at, told } = open(['l2']);
  at(2);
  pressLabel(app, walk);
  expect(app.timeline.getState().openMarks).toEqual([]);
  expect(told()).toBe('“walk” is not among the labels of this track.');
});

test('a label that is chosen for moments is refused as its key is where one of their tracks does without it', () => {
  const { app, told } = open(['l2']);
  const moments = [sampleAnnotation(), sampleAnnotation({ id: 'a2', trackId: 'other' })];
  const changes = () =>
    app.library
      .getState()
      .pendingEdits.flatMap(({ operations }) => operations)
      .flatMap((operation) => (operation.op === 'update' ? [operation.changes] : []));
  giveLabel(app, moments, walk.id);
  expect(told()).toBe('“walk” is not among the labels of this track.');
  expect(changes()).toEqual([]);
  giveLabel(app, moments.slice(1), walk.id);
  giveLabel(app, moments.slice(0, 1), talk.id);
  giveLabel(app, moments.slice(0, 1), '');
  expect(changes()).toEqual([{ labelId: 'l1' }, { labelId: 'l2' }, { labelId: null }]);
});
