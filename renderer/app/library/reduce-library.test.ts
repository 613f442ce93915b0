import { describe, expect, test } from 'vitest';
import type { HostEvent } from '../../../electron/host/contract/events.ts';
import { sampleAnnotation, sampleRun, sampleSnapshot, sampleVideo } from '../testing/samples.ts';
import { AnnotationSet } from './annotation-set.ts';
import { emptyLibrary } from './library-state.ts';
import type { LibraryState } from './library-state.ts';
import { reduceLibrary } from './reduce-library.ts';
import { operationsToResend, withPendingEdits } from './annotation-edits.ts';

describe('the library', () => {
  test('holds runs and annotations of the open project alone', () => {
    const other = sampleRun({ id: 'r2', question: { ...sampleRun().question, projectId: 'p2' } });
    const state = happen(
      opened(),
      { type: 'runChanged', run: sampleRun() },
      { type: 'runChanged', run: other },
    );
    expect(Object.keys(state.runs)).toEqual(['r1']);
    const left = reduceLibrary(state, { type: 'projectOpened', projectId: 'p2' });
    expect(left.runs).toEqual({});
    expect(left.annotationsLoaded).toBe(false);
  });

  test('an answer that belongs to the project before is not taken', () => {
    const late = {
      type: 'runsLoaded',
      projectId: 'p9',
      runs: [sampleRun()],
      more: false,
      older: false,
    } as const;
    expect(reduceLibrary(opened(), late).runs).toEqual({});
  });

  test('a removed project is no longer open, and what was in it is gone', () => {
    const state = happen(
      opened(),
      { type: 'runChanged', run: sampleRun() },
      { type: 'projectRemoved', projectId: 'p1' },
    );
    expect(state.projectId).toBeNull();
    expect(state.runs).toEqual({});
  });

  test('events carry whole rows: the same one twice changes nothing', () => {
    const event: HostEvent = { type: 'videoChanged', video: { ...sampleVideo, name: 'b.mp4' } };
    expect(happen(opened(), event, event)).toEqual(happen(opened(), event));
  });

  test('the same notice again is shown once, and at most five are kept', () => {
    const notice = (message: string): HostEvent => ({ type: 'notice', level: 'info', code: 'X', message });
    const state = happen(opened(), ...['a', 'a', 'b', 'c', 'd', 'e', 'f'].map(notice));
    expect(state.notices.map(({ message }) => message)).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(new Set(state.notices.map(({ noticeId }) => noticeId)).size).toBe(5);
  });
});

describe('annotation edits', () => {
  const stored = AnnotationSet.of([sampleAnnotation()]);
  const move = { op: 'update', id: 'a1', changes: { startSec: 2.5 } } as const;
  const edit = { editId: 1, projectId: 'p1', title: 'Move', operations: [move] };

  test('are shown at once; a moved candidate of a model is an edited one and remembers where it was', () => {
    expect(withPendingEdits(stored, [edit], 'p1').get('a1')).toMatchObject({
      startSec: 2.5,
      provenance: 'edited',
      originalStartSec: 2,
    });
    expect(withPendingEdits(stored, [edit], 'p2')).toBe(stored);
  });

  test('of a box are shown at once as the host will store them, and one that arrived is not sent again', () => {
    const region = { kind: 'box', left: 0.1, top: 0.1, right: 0.5, bottom: 0.5 } as const;
    const boxed = AnnotationSet.of([sampleAnnotation({ region })]);
    const moved = { ...region, left: 0.2 };
    const moveBox = { op: 'update', id: 'a1', changes: { region: moved } } as const;
    const shown = withPendingEdits(boxed, [{ ...edit, operations: [moveBox] }], 'p1');
    expect(shown.get('a1')).toMatchObject({ region: moved, provenance: 'edited', originalRegion: region });
    expect(operationsToResend([moveBox], boxed, undefined)).toEqual([moveBox]);
    expect(
      operationsToResend([moveBox], AnnotationSet.of([sampleAnnotation({ region: moved })]), undefined),
    ).toEqual([]);
  });

  test('that the host refuses are taken back', () => {
    const begun = reduceLibrary({ ...opened(), annotations: stored }, { type: 'editBegun', edit });
    const ended = reduceLibrary(begun, { type: 'editEnded', editId: 1 });
    expect(withPendingEdits(ended.annotations, ended.pendingEdits, 'p1').all()).toEqual(stored.all());
  });

  test('that the host confirms are replaced by what it stored', () => {
    const changed = sampleAnnotation({ startSec: 2.5, provenance: 'edited', updatedAtMs: 9 });
    const begun = reduceLibrary({ ...opened(), annotations: stored }, { type: 'editBegun', edit });
    const ended = reduceLibrary(begun, {
      type: 'editEnded',
      editId: 1,
      change: { projectId: 'p1', changed: [changed], removedIds: [] },
    });
    expect(ended.pendingEdits).toEqual([]);
    expect(ended.annotations.get('a1')).toEqual(changed);
  });

  test('that were on their way when the line broke are sent again only where they did not arrive', () => {
    const fresh = sampleAnnotation({ id: 'a2' });
    const add = { op: 'add', annotation: fresh } as const;
    const remove = { op: 'remove', id: 'a3' } as const;
    expect(operationsToResend([move, add, remove], stored, undefined)).toEqual([move, add]);
    const arrived = AnnotationSet.of([sampleAnnotation({ startSec: 2.5 }), fresh]);
    expect(operationsToResend([move, add, remove], arrived, undefined)).toEqual([]);
  });
});

function opened(): LibraryState {
  const loaded = reduceLibrary(emptyLibrary, { type: 'snapshot', snapshot: sampleSnapshot });
  return reduceLibrary(loaded, { type: 'projectOpened', projectId: 'p1' });
}

function happen(state: LibraryState, ...events: HostEvent[]): LibraryState {
  return reduceLibrary(state, { type: 'events', events });
}
