import { describe, expect, it } from 'vitest';
import { annotationOperationSchema } from '../../electron/host/contract/annotations.ts';
import { added, labelled, merged, removed, retimed, reviewed, shifted, split } from './edits.ts';
import { candidate, kept } from './testing/segments.ts';

function ids() {
  let count = 0;
  return () => `new-${(count += 1)}`;
}

describe('edits', () => {
  it('moves an edge of an annotation', () => {
    const edit = retimed(kept('a', 1, 2), { startSec: 1, endSec: 3 }, ids());
    expect(edit).toMatchObject({
      operations: [{ op: 'update', id: 'a', changes: { startSec: 1, endSec: 3 } }],
      select: ['a'],
    });
  });

  it('changes nothing where nothing would change, and nothing that is on a locked track or is backwards', () => {
    expect(retimed(kept('a', 1, 2), { startSec: 1, endSec: 2 }, ids())).toBeUndefined();
    expect(retimed(kept('a', 1, 2), { startSec: 3, endSec: 2 }, ids())).toBeUndefined();
    const fixed = { ...kept('a', 1, 2), locked: true };
    expect(retimed(fixed, { startSec: 0, endSec: 2 }, ids())).toBeUndefined();
    expect(split(fixed, 1.5, ids())).toBeUndefined();
  });

  it('keeps a corrected candidate as an edited annotation that knows what the model found', () => {
    const edit = retimed(candidate(2, 10, 20), { startSec: 11, endSec: 20 }, ids());
    expect(edit?.operations).toEqual([
      {
        op: 'add',
        annotation: {
          id: 'new-1',
          videoId: 'v',
          startSec: 11,
          endSec: 20,
          text: 'a red ball',
          note: '',
          state: 'open',
          provenance: 'edited',
          originalStartSec: 10,
          originalEndSec: 20,
          runId: 'r',
          candidateIndex: 2,
          confidence: 0.9,
          verifierScore: 0.7,
        },
      },
    ]);
    expect(edit?.select).toEqual(['new-1']);
  });

  it('accepts a candidate as the model found it', () => {
    const edit = reviewed([candidate(0, 10, 20), kept('a', 1, 2)], 'accepted', ids());
    expect(edit?.operations).toMatchObject([
      { op: 'add', annotation: { provenance: 'model', state: 'accepted', startSec: 10, endSec: 20 } },
      { op: 'update', id: 'a', changes: { state: 'accepted' } },
    ]);
    expect(edit?.operations[0]).not.toHaveProperty('annotation.originalStartSec');
  });

  it('splits into two that touch, within the moment alone', () => {
    const edit = split(kept('a', 1, 3, { labelId: 'l' }), 2, ids());
    expect(edit?.operations).toMatchObject([
      { op: 'update', id: 'a', changes: { endSec: 2 } },
      { op: 'add', annotation: { id: 'new-1', startSec: 2, endSec: 3, labelId: 'l', provenance: 'human' } },
    ]);
    for (const at of [0, 1, 3, 4]) expect(split(kept('a', 1, 3), at, ids())).toBeUndefined();
    expect(split(candidate(0, 1, 3), 2, ids())?.operations).toHaveLength(2);
  });

  it('merges into the earliest, which spans them all', () => {
    const edit = merged([kept('b', 5, 9), kept('a', 1, 3), kept('c', 2, 4)], ids());
    expect(edit?.operations).toEqual([
      { op: 'update', id: 'a', changes: { startSec: 1, endSec: 9 } },
      { op: 'remove', id: 'c' },
      { op: 'remove', id: 'b' },
    ]);
    expect(edit?.select).toEqual(['a']);
    expect(merged([kept('a', 1, 3)], ids())).toBeUndefined();
  });

  it('shifts several by the same time, or none where one would leave the video', () => {
    const edit = shifted([kept('a', 1, 3), kept('b', 5, 9)], 0.5, 10, ids());
    expect(edit?.operations).toEqual([
      { op: 'update', id: 'a', changes: { startSec: 1.5, endSec: 3.5 } },
      { op: 'update', id: 'b', changes: { startSec: 5.5, endSec: 9.5 } },
    ]);
    for (const bySec of [-1.5, 1.5, 0])
      expect(shifted([kept('a', 1, 3), kept('b', 5, 9)], bySec, 10, ids())).toBeUndefined();
  });

  it('removes annotations; candidates stay with their run', () => {
    expect(removed([kept('a', 1, 3), candidate(0, 1, 2)])?.operations).toEqual([{ op: 'remove', id: 'a' }]);
    expect(removed([candidate(0, 1, 2)])).toBeUndefined();
  });

  it('makes operations that the host takes', () => {
    const edits = [
      retimed(candidate(2, 10, 20), { startSec: 11, endSec: 20 }, ids()),
      split(kept('a', 1, 3), 2, ids()),
      merged([candidate(0, 1, 2), kept('a', 1, 3)], ids()),
      shifted([kept('a', 1, 3), candidate(0, 4, 5)], 1, 10, ids()),
      labelled([kept('a', 1, 3)], null, ids()),
      labelled([candidate(0, 1, 2)], 'l', ids()),
      added({ videoId: 'v', trackId: 't', labelId: 'l' }, { startSec: 1, endSec: 2 }, ids()),
    ];
    for (const edit of edits) {
      expect(edit?.operations.length).toBeGreaterThan(0);
      for (const operation of edit?.operations ?? []) {
        expect(annotationOperationSchema.parse(operation)).toEqual(operation);
      }
    }
  });
});
