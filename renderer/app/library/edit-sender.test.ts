import { expect, test } from 'vitest';
import type { Annotation, AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Call } from '../../transport/connection.ts';
import { sampleAnnotation, sampleSnapshot } from '../testing/samples.ts';
import { EditSender } from './edit-sender.ts';
import { keepsNothing } from './unsent-edits.ts';
import type { UnsentEdit, UnsentEdits } from './unsent-edits.ts';
import { createLibraryStore } from './library-store.ts';
import { shownAnnotations } from './selectors.ts';

const lost = new EngineError('ENGINE_UNRESPONSIVE', 'gone');

test('an edit is shown before the host answers, and edits are sent one after the other', async () => {
  const host = begin();
  host.sender.edit('p1', 'Move', [startAt(3)]);
  host.sender.edit('p1', 'Move', [startAt(3.5)]);
  expect(host.shownStart()).toBe(3.5);
  expect(host.calls).toHaveLength(1);
  await host.answer(0, stored(3));
  expect(host.shownStart()).toBe(3.5);
  await host.answer(1, stored(3.5));
  expect(host.library.getState().pendingEdits).toEqual([]);
  expect(host.shownStart()).toBe(3.5);
});

test('an edit that is refused is taken back and told; those behind it are sent all the same', async () => {
  const host = begin();
  host.sender.edit('p1', 'Move', [startAt(9)]);
  host.sender.edit('p1', 'Note', [{ op: 'update', id: 'a1', changes: { note: 'n' } }]);
  await host.refuse(0, new EngineError('ANNOTATION_INVALID', 'No.'));
  expect(host.refused).toEqual(['ANNOTATION_INVALID']);
  expect(host.shownStart()).toBe(2);
  expect(host.calls[1]?.method).toBe('annotationsChange');
});

test('nothing is lost when the line breaks: what did not arrive is sent again, what did is not', async () => {
  const host = begin();
  host.sender.edit('p1', 'Move', [startAt(3)]);
  await host.refuse(0, lost);
  expect(host.shownStart()).toBe(3);
  void host.sender.resume();
  expect(host.calls[1]?.method).toBe('annotationsList');
  await host.answer(1, { annotations: [sampleAnnotation()] });
  expect(host.calls[2]?.method).toBe('annotationsChange');
  await host.refuse(2, lost);
  void host.sender.resume();
  await host.answer(3, { annotations: [sampleAnnotation({ startSec: 3 })] });
  expect(host.calls).toHaveLength(4);
  expect(host.library.getState().pendingEdits).toEqual([]);
});

test('an edit of several things that build on one another is sent again whole', async () => {
  const host = begin();
  const moment = { id: 'new', videoId: 'v1', startSec: 1, endSec: 2, text: '', note: '' };
  const annotation = { ...moment, provenance: 'human', state: 'open' } as const;
  const operations: AnnotationOperation[] = [
    { op: 'add', annotation },
    { op: 'update', id: 'new', changes: { text: 'words' } },
    { op: 'addLabel', label: { id: 'l9', name: 'Label 9', color: 1 } },
    { op: 'updateLabel', id: 'l9', changes: { name: 'run' } },
  ];
  host.sender.edit('p1', 'Add', operations);
  await host.refuse(0, lost);
  void host.sender.resume();
  await host.answer(1, { annotations: [sampleAnnotation()] });
  expect((host.calls[2]?.params as { operations: unknown }).operations).toEqual(operations);
});

test('who waits for what is sent goes on after the host has answered', async () => {
  const host = begin();
  const seen: string[] = [];
  host.sender.edit('p1', 'Move', [startAt(3)]);
  const waiting = host.sender.whenSent().then(() => seen.push('sent'));
  await Promise.resolve();
  seen.push('not yet');
  await host.answer(0, stored(3));
  await waiting;
  expect(seen).toEqual(['not yet', 'sent']);
});

test('what is typed while an edit is on its way goes out as one', async () => {
  const host = begin();
  const typed = (text: string) =>
    host.sender.edit('p1', 'Words', [{ op: 'update', id: 'a1', changes: { text } }], 'words');
  for (const text of ['a', 'ab', 'abc', 'abcd']) typed(text);
  expect(host.library.getState().pendingEdits).toHaveLength(2);
  await host.answer(0, { projectId: 'p1', changed: [sampleAnnotation({ text: 'a' })], removedIds: [] });
  expect(host.shownText()).toBe('abcd');
  expect(host.calls[1]?.params).toMatchObject({ join: 'words', operations: [{ changes: { text: 'abcd' } }] });
});

test('what was not sent outlives the page: the next window sends what the host does not have', async () => {
  let kept: readonly UnsentEdit[] = [];
  const unsent: UnsentEdits = {
    takeOver: () => Promise.resolve(kept),
    keep: (edits) => (kept = edits),
  };
  const before = begin(unsent);
  before.sender.edit('p1', 'Move', [startAt(3)]);
  before.sender.edit('p1', 'Note', [{ op: 'update', id: 'a1', changes: { note: 'n' } }]);
  await before.refuse(0, lost);
  expect(kept.map(({ title }) => title)).toEqual(['Move', 'Note']);
  const after = begin(unsent);
  await after.sender.takeOverUnsent();
  expect(after.shownStart()).toBe(3);
  void after.sender.resume();
  await after.answer(0, { annotations: [sampleAnnotation({ startSec: 3 })] });
  expect(after.calls.map(({ method }) => method)).toEqual(['annotationsList', 'annotationsList']);
  await after.answer(1, { annotations: [sampleAnnotation({ startSec: 3 })] });
  expect(after.calls[2]).toMatchObject({ method: 'annotationsChange', params: { title: 'Note' } });
  await after.answer(2, { projectId: 'p1', changed: [], removedIds: [] });
  expect(kept).toEqual([]);
});

function startAt(startSec: number): AnnotationOperation {
  return { op: 'update', id: 'a1', changes: { startSec } };
}

function stored(startSec: number) {
  return { projectId: 'p1', changed: [sampleAnnotation({ startSec })], removedIds: [] };
}

function begin(unsent: UnsentEdits = keepsNothing) {
  const library = createLibraryStore();
  library.dispatch({ type: 'snapshot', snapshot: sampleSnapshot });
  library.dispatch({ type: 'projectOpened', projectId: 'p1' });
  const annotations: Annotation[] = [sampleAnnotation()];
  library.dispatch({ type: 'annotationsLoaded', projectId: 'p1', annotations });
  const calls: {
    method: string;
    params: unknown;
    resolve: (value: unknown) => void;
    reject: (error: unknown) => void;
  }[] = [];
  const call = ((method: string, params: unknown) =>
    new Promise<unknown>((resolve, reject) =>
      calls.push({ method, params, resolve, reject }),
    )) as unknown as Call;
  const refused: string[] = [];
  const sender = new EditSender({
    library,
    call,
    windowId: 'w1',
    unsent,
    flush: () => undefined,
    onRefused: (error) => refused.push(error.code),
  });
  return {
    library,
    calls,
    refused,
    sender,
    shownStart: () => {
      const state = library.getState();
      return shownAnnotations(state).get('a1')?.startSec;
    },
    shownText: () => {
      const state = library.getState();
      return shownAnnotations(state).get('a1')?.text;
    },
    answer: (index: number, value: unknown) => {
      calls[index]!.resolve(value);
      return settle();
    },
    refuse: (index: number, error: unknown) => {
      calls[index]!.reject(error);
      return settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}
