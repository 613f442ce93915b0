import { expect, test } from 'vitest';
import type { Label } from '../../../electron/host/contract/library.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { changeAttribute, changeAttributes, newAttribute } from './label-actions.ts';

test('what is typed of an attribute is one step of undo, each press is one of its own', () => {
  const { app } = scriptedWindow({});
  // One edit is on its way; those that wait behind it can become one.
  changeAttributes(app, 'l1', []);
  changeAttributes(app, 'l1', [newAttribute(1)]);
  const first = idOf(app, 0);
  changeAttributes(app, 'l1', [...(labelOf(app).attributes ?? []), newAttribute(2)]);
  expect(steps(app)).toBe(2);
  for (const name of ['c', 'co', 'col']) changeAttribute(app, labelOf(app), first, { name });
  expect(steps(app)).toBe(3);
  changeAttribute(app, labelOf(app), first, { kind: 'text' });
  expect(steps(app)).toBe(4);
  changeAttribute(app, labelOf(app), first, { kind: 'number' });
  changeAttributes(app, 'l1', (labelOf(app).attributes ?? []).slice(0, 1));
  expect(steps(app)).toBe(6);
  expect(labelOf(app).attributes).toMatchObject([{ name: 'col', kind: 'number' }]);
});

/** Steps of undo, besides the one that is on its way. */
function steps(app: Application): number {
  return app.library.getState().pendingEdits.length - 1;
}

function idOf(app: Application, place: number): string {
  return labelOf(app).attributes?.[place]?.id ?? '';
}

function labelOf(app: Application): Label {
  const label = openProject(app.library.getState())?.labels.find(({ id }) => id === 'l1');
  if (label === undefined) throw new Error('The sample project has no such label.');
  return label;
}
