import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, mergeItem } from './merge-item.ts';
import type { FieldGroup, ItemHistory } from './merge-item.ts';

interface Note {
  readonly text: string;
  readonly color: number;
}

const groups: readonly FieldGroup<Note>[] = [
  { name: 'text', fields: ['text'], isEmpty: ({ text }) => text === '' },
  { name: 'color', fields: ['color'] },
];
const merge = (ours: ItemHistory<Note>, theirs: ItemHistory<Note>) => mergeItem(groups, ours, theirs);
const note = (text: string, color = 0): Note => ({ text, color });

describe('an item of two people', () => {
  const base = note('a');
  const changed = (now: Note | null): ItemHistory<Note> => ({ now, before: [base] });
  const unchanged: ItemHistory<Note> = { now: base, before: [] };

  test('is as the one who changed it left it', () => {
    expect(merge(changed(note('b')), unchanged)).toEqual({ item: note('b'), conflicts: [] });
    expect(merge(unchanged, changed(note('b')))).toEqual({ item: note('b'), conflicts: [] });
    expect(merge(unchanged, changed(null))).toEqual({ item: null, conflicts: [] });
    expect(merge(changed(null), unchanged)).toEqual({ item: null, conflicts: [] });
  });

  test('has what each changed of it', () => {
    expect(merge(changed(note('b')), changed(note('a', 1)))).toEqual({ item: note('b', 1), conflicts: [] });
  });

  test('stays as it is here where both changed the same, and that is told', () => {
    expect(merge(changed(note('b')), changed(note('c', 1)))).toEqual({
      item: note('b', 1),
      conflicts: ['text'],
    });
    expect(merge(changed(note('b')), changed(null))).toEqual({ item: note('b'), conflicts: ['removed'] });
    expect(merge(changed(null), changed(note('b')))).toEqual({ item: null, conflicts: ['removed'] });
  });

  test('without a past that they share has what one of them said at all', () => {
    const ours = { now: note('', 1), before: [] };
    const theirs = { now: note('words', 1), before: [] };
    expect(merge(ours, theirs)).toEqual({ item: note('words', 1), conflicts: [] });
    expect(merge(theirs, ours)).toEqual({ item: note('words', 1), conflicts: [] });
  });

  test('that one undid what both had seen is a question', () => {
    const both: (now: Note) => ItemHistory<Note> = (now) => ({ now, before: [note('a'), note('b')] });
    expect(merge(both(note('a')), both(note('b'))).conflicts).toEqual(['text']);
  });
});

test('whatever two people do from one beginning, nothing that either said is lost without being told', () => {
  // As stored: a version that was made anew is never the same as one from before.
  type Stamped = Note & { readonly stamp: string };
  const said = fc.record({ text: fc.constantFrom('', 'a', 'b', 'c'), color: fc.integer({ min: 0, max: 2 }) });
  const walk = fc.array(said, { maxLength: 4 });
  const words = (item: Stamped | null) => (item === null ? null : [item.text, item.color]);
  fc.assert(
    fc.property(said, walk, walk, (first, our, their) => {
      const start: Stamped = { ...first, stamp: 'start' };
      const historyOf = (steps: Note[], by: string): ItemHistory<Stamped> => {
        const all = [start, ...steps.map((step, index) => ({ ...step, stamp: `${by} ${index}` }))];
        return { now: all.at(-1) ?? start, before: all.slice(0, -1) };
      };
      const [ours, theirs] = [historyOf(our, 'ours'), historyOf(their, 'theirs')];
      const merged = mergeItem(groups, ours, theirs);
      const other = mergeItem(groups, theirs, ours);
      // Both sides come to the same, but for what they are asked about.
      expect(other.conflicts.toSorted()).toEqual(merged.conflicts.toSorted());
      if (merged.conflicts.length === 0) expect(words(other.item)).toEqual(words(merged.item));
      for (const field of ['text', 'color'] as const) {
        const [mine, yours, result] = [ours.now?.[field], theirs.now?.[field], merged.item?.[field]];
        expect([mine, yours]).toContain(result);
        if (merged.conflicts.includes(field)) expect(result).toBe(mine);
      }
      // Merged again, nothing changes.
      const after = { now: merged.item, before: [...ours.before, ours.now, ...theirs.before, theirs.now] };
      expect(keyOf(mergeItem(groups, after, theirs).item)).toBe(keyOf(merged.item));
    }),
    { numRuns: 1000 },
  );
});
