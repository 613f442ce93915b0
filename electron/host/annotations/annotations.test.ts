import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Annotation, AnnotationOperation, HistoryScope } from '../contract/annotations.ts';
import { TestWindow } from '../testing/connect-window.ts';
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
const undo = (scope: HistoryScope = {}) =>
  host.window.call('annotationsUndo', { projectId: ids.projectId, ...scope });
const redo = (scope: HistoryScope = {}) =>
  host.window.call('annotationsRedo', { projectId: ids.projectId, ...scope });
const project = async () =>
  (await host.window.call('snapshot', {})).projects.find(({ id }) => id === ids.projectId)!;

describe('a change of annotations', () => {
  it('is told to every window, and counted in the project', async () => {
    const other = host.newWindow();
    const one = added();
    const changed = await change('Add moment', one);
    expect(changed).toMatchObject({ removedIds: [] });
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

  it('keeps what a label says and asks of moments, and what was told of them, and takes it back', async () => {
    const label = { id: 'walk', name: 'walk', color: 0 };
    await change('Add label', { op: 'addLabel', label });
    const attributes = [
      { id: 'pace', name: 'Pace', kind: 'choice' as const, options: ['slow', 'fast'] },
      { id: 'people', name: 'People', kind: 'number' as const },
    ];
    const says = { guideline: 'Both feet off the ground: that is a run.', attributes };
    await change('Change label', { op: 'updateLabel', id: 'walk', changes: says });
    const one = added({ labelId: 'walk', attributes: { pace: 'slow' } });
    await change('Add', one);
    const told = { pace: 'fast', people: 2 };
    await change('Tell', { op: 'update', id: one.annotation.id, changes: { attributes: told } });
    expect((await project()).labels).toEqual([{ ...label, ...says }]);
    expect((await list()).annotations).toMatchObject([{ attributes: told }]);
    await undo();
    expect((await list()).annotations).toMatchObject([{ attributes: { pace: 'slow' } }]);
    await undo();
    await undo();
    expect((await project()).labels).toEqual([label]);
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

  it('of the place in the picture does so too, and can be taken back', async () => {
    const found = { kind: 'box', left: 0.1, top: 0.1, right: 0.5, bottom: 0.5 } as const;
    const moved = { ...found, right: 0.6 };
    const { annotation } = added({ region: found, placeIndex: 2 });
    const { id } = annotation;
    await change('Add', { op: 'add', annotation });
    await change('Move box', { op: 'update', id, changes: { region: moved } });
    const edited = { provenance: 'edited', region: moved, originalRegion: found, placeIndex: 2, endSec: 2 };
    expect((await list()).annotations).toMatchObject([edited]);
    await undo();
    expect((await list()).annotations).toMatchObject([{ provenance: 'model', region: found }]);
    await change('Remove box', { op: 'update', id, changes: { region: null } });
    const [without] = (await list()).annotations;
    expect(without).not.toHaveProperty('region');
    expect(without).toMatchObject({ provenance: 'edited', originalRegion: found });
    const none = { ...found, right: 0.1 };
    await expect(change('Add', added({ region: none }))).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
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

  it('loses a label with the project’s, takes none that it has not, and gets it back by undo', async () => {
    const label = { id: 'l1', name: 'Dog', color: 0 };
    await change('Add label', { op: 'addLabel', label });
    const [one, two] = [added({ labelId: 'l1' }), added({ labelId: 'l2' })];
    const { changed } = await change('Add', one, two);
    expect(changed.map(({ labelId }) => labelId)).toEqual(['l1', undefined]);
    const before = (await list()).annotations;
    await change('Remove label', { op: 'removeLabel', id: 'l1' });
    expect((await project()).labels).toEqual([]);
    expect((await list()).annotations.every(({ labelId }) => labelId === undefined)).toBe(true);
    expect(await undo()).toMatchObject({ title: 'Remove label', isDone: true });
    expect((await project()).labels).toEqual([label]);
    expect((await list()).annotations).toEqual(before);
  });

  it('says who made it and who changed it last', async () => {
    await host.window.call('settingsChange', { annotator: 'Ada' });
    const { annotation } = added();
    await change('Add', { op: 'add', annotation });
    await host.window.call('settingsChange', { annotator: 'Ben' });
    await change('Note', { op: 'update', id: annotation.id, changes: { note: 'n' } });
    expect((await list()).annotations).toMatchObject([{ createdBy: 'Ada', changedBy: 'Ben' }]);
    await host.window.call('settingsChange', { annotator: '' });
  });
});

describe('tracks', () => {
  const track = { id: 't1', name: 'Ada', kind: 'own', hidden: false, locked: false } as const;

  it('are added, changed, moved and removed with their moments, all of it undone in steps', async () => {
    await change('Add track', { op: 'addTrack', track }, added({ trackId: 't1' }), added());
    await change('Rename', {
      op: 'updateTrack',
      id: 't1',
      changes: { name: 'Ben', color: 3, labelIds: ['l'] },
    });
    await change('Move', { op: 'moveTrack', id: 't1', place: 0 });
    expect((await project()).tracks).toMatchObject([
      { id: 't1', name: 'Ben', color: 3, labelIds: ['l'] },
      { id: 'own' },
    ]);
    await change('Plain', { op: 'updateTrack', id: 't1', changes: { color: null, labelIds: null } });
    expect((await project()).tracks[0]).toEqual({ ...track, name: 'Ben' });
    const before = (await list()).annotations;
    await change('Remove', { op: 'removeTrack', id: 't1' });
    expect((await list()).annotations).toHaveLength(1);
    for (let steps = 0; steps < 4; steps++) await undo();
    expect((await list()).annotations).toEqual(before);
    expect((await project()).tracks).toMatchObject([{ id: 'own' }, track]);
  });

  it('of others become one’s own, and a moment that is corrected there keeps what it was', async () => {
    const reference = { ...track, kind: 'reference' } as const;
    const { annotation } = added({ trackId: 't1', provenance: 'imported', source: 'truth.json' });
    await change('Import', { op: 'addTrack', track: reference }, { op: 'add', annotation });
    await change('Work on it', { op: 'updateTrack', id: 't1', changes: { kind: 'own' } });
    await change('Move edge', { op: 'update', id: annotation.id, changes: { endSec: 5 } });
    expect((await list()).annotations).toMatchObject([
      { provenance: 'edited', source: 'truth.json', originalStartSec: 1, originalEndSec: 2, endSec: 5 },
    ]);
  });

  it('of the project itself stay', async () => {
    await expect(change('Remove', { op: 'removeTrack', id: 'own' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });
});

describe('undo and redo act where one looks', () => {
  it('on the video shown, in the order of its own steps', async () => {
    const other = await host.window.call('videosOpen', {
      projectId: ids.projectId,
      paths: [await host.videoFile('second.mp4')],
    });
    const second = other.videos[0]!.id;
    await change('On the first', added());
    await change('On the second', added({ videoId: second }));
    expect(await undo({ videoId: ids.videoId })).toMatchObject({
      title: 'On the first',
      videoIds: [ids.videoId],
    });
    await expect(undo({ videoId: ids.videoId })).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
    expect((await list()).annotations).toMatchObject([{ videoId: second }]);
    expect(await redo({ videoId: ids.videoId })).toMatchObject({ title: 'On the first' });
  });

  it('leave to another open window what it did, until that is closed', async () => {
    const other = new TestWindow(host.handlers, undefined, 'w2');
    const act = (windowId: string, title: string) => {
      const { projectId } = ids;
      return host.window.call('annotationsChange', { projectId, windowId, title, operations: [added()] });
    };
    await act('w1', 'Mine');
    await act('w2', 'Theirs');
    await vi.waitFor(async () => expect(await undo({ windowId: 'w1' })).toMatchObject({ title: 'Mine' }));
    await expect(undo({ windowId: 'w1' })).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
    other.close();
    await vi.waitFor(async () => expect(await undo({ windowId: 'w1' })).toMatchObject({ title: 'Theirs' }));
  });

  it('leave alone, and drop, what was changed since by somebody else', async () => {
    const { projectId } = ids;
    const { annotation } = added();
    const by = (windowId: string, title: string, ...operations: AnnotationOperation[]) =>
      host.window.call('annotationsChange', { projectId, windowId, title, operations });
    const other = new TestWindow(host.handlers, undefined, 'w2');
    await by('w1', 'Add', { op: 'add', annotation });
    await by('w2', 'Note', { op: 'update', id: annotation.id, changes: { note: 'theirs' } });
    await vi.waitFor(async () => {
      const step = await undo({ windowId: 'w1' });
      expect(step).toMatchObject({ title: 'Add', isDone: false });
    });
    expect((await list()).annotations).toMatchObject([{ note: 'theirs' }]);
    other.close();
  });

  it('take what was typed in one go as one step', async () => {
    const { projectId } = ids;
    const { annotation } = added({ text: '' });
    await change('Add', { op: 'add', annotation });
    for (const text of ['a', 'ab', 'abc']) {
      const operations: AnnotationOperation[] = [{ op: 'update', id: annotation.id, changes: { text } }];
      await host.window.call('annotationsChange', { projectId, title: 'Words', join: 'words', operations });
    }
    expect((await undo()).change.changed).toMatchObject([{ text: '' }]);
    expect((await redo()).change.changed).toMatchObject([{ text: 'abc' }]);
  });
});

describe('removing a video', () => {
  it('keeps the history of the others', async () => {
    const opened = await host.window.call('videosOpen', {
      projectId: ids.projectId,
      paths: [await host.videoFile('gone.mp4')],
    });
    const gone = opened.videos[0]!.id;
    await change('Both', added(), added({ videoId: gone }));
    await change('Only there', added({ videoId: gone }));
    await host.window.call('videosRemove', { id: gone, projectId: ids.projectId });
    expect((await list()).annotations).toHaveLength(1);
    expect(await undo()).toMatchObject({ title: 'Both', isDone: true, videoIds: [ids.videoId] });
    expect((await list()).annotations).toEqual([]);
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
    expect(undone).toMatchObject({ title: 'Split', isDone: true });
    expect((await list()).annotations.map(({ endSec }) => endSec)).toEqual([2, 2]);
    const { title, change: back } = await undo();
    expect(title).toBe('Add two');
    expect(back.removedIds.toSorted()).toEqual([one, two].map((op) => op.annotation.id).toSorted());
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
    expect((await undo()).title).toBe('Two');
    await expect(undo()).rejects.toMatchObject({ code: 'NOTHING_TO_UNDO' });
  });

  it('take an import of ten thousand moments back at once', async () => {
    const many = Array.from({ length: 10_000 }, () =>
      added({ provenance: 'imported', source: 'truth.json' }),
    );
    await change('Import truth.json', ...many);
    expect((await list()).annotations).toHaveLength(10_000);
    expect((await undo()).change.removedIds).toHaveLength(10_000);
  });
});
