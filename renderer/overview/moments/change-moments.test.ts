import { expect, test } from 'vitest';
import { sampleAnnotation, sampleProject } from '../../app/testing/samples.ts';
import { scriptedWindow } from '../../app/testing/scripted-window.ts';
import { labelMoments } from './change-moments.ts';

test('a label is given to none of the moments where one of their tracks does without it', () => {
  const { app } = scriptedWindow({});
  const without = {
    id: 'two',
    name: 'Two',
    kind: 'own' as const,
    hidden: false,
    locked: false,
    labelIds: [],
  };
  const project = { ...sampleProject, tracks: [...sampleProject.tracks, without] };
  app.library.dispatch({ type: 'events', events: [{ type: 'projectChanged', project }] });
  const annotations = [sampleAnnotation(), sampleAnnotation({ id: 'a2', trackId: 'two', labelId: 'l1' })];
  app.library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations });
  const operations = () => app.library.getState().pendingEdits.flatMap((edit) => edit.operations);
  labelMoments(app, ['a1', 'a2'], 'l1');
  expect(operations()).toEqual([]);
  expect(app.library.getState().notices.at(-1)?.message).toContain('not among the labels');
  labelMoments(app, ['a1'], 'l1');
  labelMoments(app, ['a2'], null);
  expect(operations()).toMatchObject([
    { id: 'a1', changes: { labelId: 'l1' } },
    { id: 'a2', changes: { labelId: null } },
  ]);
});
