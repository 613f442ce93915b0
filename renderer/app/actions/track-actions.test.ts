import { expect, test } from 'vitest';
import type { Track } from '../../../electron/host/contract/library.ts';
import { activeTrack } from '../timeline-context.ts';
import { openProject } from '../library/selectors.ts';
import { sampleAnnotation, sampleProject } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { addTrack, copyTrack, workOnSelected, withLabelSwitched } from './track-actions.ts';

const truth: Track = { id: 'truth', name: 'Truth', kind: 'reference', hidden: false, locked: false };

function withTruth() {
  const { app } = scriptedWindow({});
  const project = { ...sampleProject, tracks: [...sampleProject.tracks, truth] };
  app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
  const annotations = [
    sampleAnnotation({ id: 'mine' }),
    sampleAnnotation({ id: 't1', trackId: 'truth', provenance: 'imported', source: 'truth.json' }),
  ];
  app.library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations });
  return { app, tracks: () => openProject(app.library.getState())?.tracks ?? [] };
}

test('what a colleague found becomes one’s own to work on in one step', () => {
  const { app, tracks } = withTruth();
  app.timeline.actions.select(['t1']);
  workOnSelected(app);
  expect(tracks().at(-1)).toMatchObject({ id: 'truth', kind: 'own', locked: false });
  expect(app.library.getState().pendingEdits).toHaveLength(1);
});

test('a copy of a track has its moments, and they keep what they began as', () => {
  const { app, tracks } = withTruth();
  copyTrack(app, truth);
  expect(tracks().at(-1)).toMatchObject({ kind: 'own', origin: { kind: 'track', name: 'Truth' } });
  const copied = app.library.getState().pendingEdits[0]?.operations.slice(1);
  expect(copied).toMatchObject([
    { op: 'add', annotation: { trackId: tracks().at(-1)?.id, provenance: 'imported', source: 'truth.json' } },
  ]);
});

test('new moments go to the track that was added last, and never to one that is locked', () => {
  const { app, tracks } = withTruth();
  const id = addTrack(app);
  const project = openProject(app.library.getState());
  expect(activeTrack(project, app.workspace.getState().activeTrackId)?.id).toBe(id);
  expect(activeTrack(project, 'truth')?.id).toBe('own');
  expect(tracks()).toHaveLength(3);
});

test('labels of a track are all of the project until one is left out, and all again once every one is let in', () => {
  const all = ['run', 'walk', 'talk'];
  const without = withLabelSwitched({}, all, 'walk');
  expect(without).toEqual(['run', 'talk']);
  expect(withLabelSwitched({ labelIds: ['talk'] }, all, 'run')).toEqual(['run', 'talk']);
  expect(withLabelSwitched({ labelIds: without ?? [] }, all, 'walk')).toBeNull();
});
