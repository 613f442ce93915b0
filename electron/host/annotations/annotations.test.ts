import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Annotation, AnnotationOperation } from '../contract/annotations.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
let ids: { readonly projectId: string; readonly videoId: string };
beforeAll(async () => (host = await TestHost.open()), hostPatienceMs);
afterAll(() => host.remove(), hostPatienceMs);
beforeEach(async () => (ids = await host.project()), hostPatienceMs);

let nextId = 0;
/** An annotation as a window adds it. */
function added(changes: Partial<Annotation> = {}): Extract<AnnotationOperation, { op: 'add' }> {
  const { videoId } = ids;
  const annotation = {
    ...{ id: `a${nextId++}`, videoId, startSec: 1, endSec: 2, text: 'A dog', note: '' },
    ...({ provenance: 'model', state: 'open' } as const),
  };
  return { op: 'add', annotation: { ...annotation, ...changes } };
}
const change = (title: string, ...operations: AnnotationOperation[]) =>
  host.window.call('annotationsChange', { projectId: ids.projectId, title, operations });
const list = () => host.window.call('annotationsList', { projectId: ids.projectId });
const undo = () => host.window.call('annotationsUndo', { projectId: ids.projectId });
const redo = () => host.window.call('annotationsRedo', { projectId: ids.projectId });

describe('a change of annotations', () => {
  it('is told to every window with what can be undone now, and counted in the project', async () => {
    const other = host.newWindow();
    const one = added();
    const changed = await change('Add moment', one);
    expect(changed).toMatchObject({ history: { undo: 'Add moment' }, removedIds: [] });
    const { change: told } = await other.heard(
      'annotationsChanged',
      (event) => event.change.changed.length > 0,
    );
    expect(told).toEqual(changed);
    await other.heard(
      'projectChanged',
      ({ project }) => project.id === ids.projectId && project.counts.annotations === 1,
    );
    other.close();
  });

  it('of the times makes a model’s moment an edited one and keeps what was found', async () => {
    const { annotation } = added();
    await change('Add', { op: 'add', annotation });
    await change('Note', { op: 'update', id: annotation.id, changes: { note: 'sharp', state: 'accepted' } });
    expect((await list()).annotations).toMatchObject([
      { provenance: 'model', note: 'sharp', state: 'accepted' },
    ]);
    await change('Move edge', { op: 'update', id: annotation.id, changes: { endSec: 3 } });
    await change('Move edge', { op: 'update', id: annotation.id, changes: { endSec: 4 } });
    expect((await list()).annotations).toMatchObject([
      { provenance: 'edited', startSec: 1, endSec: 4, originalStartSec: 1, originalEndSec: 2 },
    ]);
  });

  it('happens whole or not at all', async () => {
    const before = await list();
    const bad = change('Two', added(), { op: 'remove', id: 'nobody' });
    await expect(bad).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await list()).toEqual(before);
  });

  it.each([
    ['ends before it starts', { startSec: 5, endSec: 4 }, 'ANNOTATION_INVALID'],
    ['lies outside the video', { startSec: 59, endSec: 61 }, 'ANNOTATION_INVALID'],
    ['is of another project’s video', { videoId: 'elsewhere' }, 'NOT_FOUND'],
  ])('that %s is refused', async (_what, changes, code) => {
    await expect(change('Add', added(changes))).rejects.toMatchObject({ code });
  });

  it('cannot reach into another project', async () => {
    const { annotation } = added();
    await change('Add', { op: 'add', annotation });
    const elsewhere = await host.project('other.mp4');
    const reach = host.window.call('annotationsChange', {
      projectId: elsewhere.projectId,
      title: 'Reach',
      operations: [{ op: 'remove', id: annotation.id }],
    });
    await expect(reach).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('loses a label when the project does, and takes none that it has not', async () => {
    const { projectId } = ids;
    const labels = [{ id: 'l1', name: 'Dog', color: 0 }];
    await host.window.call('projectsChange', { id: projectId, labels });
    const [one, two] = [added({ labelId: 'l1' }), added({ labelId: 'l2' })];
    const { changed } = await change('Add', one, two);
    expect(changed.map(({ labelId }) => labelId)).toEqual(['l1', undefined]);
    await change('Unlabel', { op: 'update', id: one.annotation.id, changes: { labelId: null } });
    await change('Label', { op: 'update', id: two.annotation.id, changes: { labelId: 'l1' } });
    await host.window.call('projectsChange', { id: projectId, labels: [] });
    expect((await list()).annotations.every(({ labelId }) => labelId === undefined)).toBe(true);
    // Undoing what gave a label that is gone since leaves it out.
    expect((await undo()).changed).toMatchObject([{ id: two.annotation.id }]);
  });
});

describe('undo and redo', () => {
  it('take whole steps back and make them again, also after a restart', async () => {
    const [one, two] = [added(), added()];
    await change('Add two', one, two);
    await change(
      'Split',
      { op: 'update', id: one.annotation.id, changes: { endSec: 1.5 } },
      { op: 'remove', id: two.annotation.id },
    );
    const after = (await list()).annotations;
    await host.restart();
    const undone = await undo();
    expect(undone).toMatchObject({ history: { undo: 'Add two', redo: 'Split' } });
    expect((await list()).annotations.map(({ endSec }) => endSec)).toEqual([2, 2]);
    expect(await undo()).toMatchObject({
      history: { redo: 'Add two' },
      removedIds: [one, two].map((op) => op.annotation.id),
    });
    expect((await list()).annotations).toEqual([]);
    await redo();
    await redo();
    expect((await list()).annotations).toEqual(after);
    await expect(redo()).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  it('forget what could be redone once something else is changed', async () => {
    await change('One', added());
    await undo();
    await change('Two', added());
    await expect(redo()).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
    expect((await undo()).history).toEqual({ redo: 'Two' });
    await expect(undo()).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  it('take an import of ten thousand moments back at once', async () => {
    const many = Array.from({ length: 10_000 }, () =>
      added({ provenance: 'imported', source: 'truth.json' }),
    );
    await change('Import truth.json', ...many);
    expect((await list()).annotations).toHaveLength(10_000);
    expect((await undo()).removedIds).toHaveLength(10_000);
  });
});
