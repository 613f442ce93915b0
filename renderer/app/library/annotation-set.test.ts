import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { sampleAnnotation } from '../testing/samples.ts';
import { AnnotationSet } from './annotation-set.ts';

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const annotations = fc
  .record({ id: ids, videoId: fc.constantFrom('v1', 'v2'), startSec: fc.integer({ min: 0, max: 4 }) })
  .map((changes) => sampleAnnotation({ ...changes, endSec: changes.startSec + 1 }));
const changes = fc.record({
  changed: fc.array(annotations, { maxLength: 4 }),
  removedIds: fc.array(ids, { maxLength: 2 }),
});

test('whatever happens to a set, it holds what a plain list of rows would, and sets before it stay as they were', () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 8 }), (steps) => {
      const rows = new Map<string, Annotation>();
      const seen: { readonly set: AnnotationSet; readonly rows: readonly Annotation[] }[] = [];
      let set = AnnotationSet.none;
      for (const step of steps) {
        set = set.with(step);
        for (const annotation of step.changed) rows.set(annotation.id, annotation);
        for (const id of step.removedIds) rows.delete(id);
        seen.push({ set, rows: [...rows.values()] });
      }
      for (const each of seen) expectSame(each.set, each.rows);
    }),
  );
});

test('a change leaves the lists of other videos the same, and one that changes nothing the set', () => {
  const other = sampleAnnotation({ id: 'b', videoId: 'v2' });
  const before = AnnotationSet.of([sampleAnnotation(), other]);
  const after = before.with({ changed: [sampleAnnotation({ startSec: 1 })], removedIds: [] });
  expect(after.ofVideo('v2')).toBe(before.ofVideo('v2'));
  expect(after.ofVideo('v1')).not.toBe(before.ofVideo('v1'));
  expect(after.with({ changed: [], removedIds: ['gone'] })).toBe(after);
});

function expectSame(set: AnnotationSet, rows: readonly Annotation[]): void {
  const byTime = rows.toSorted(
    (one, other) =>
      one.startSec - other.startSec || one.endSec - other.endSec || (one.id < other.id ? -1 : 1),
  );
  for (const videoId of ['v1', 'v2'])
    expect(set.ofVideo(videoId)).toEqual(byTime.filter((row) => row.videoId === videoId));
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f'])
    expect(set.get(id)).toEqual(rows.find((row) => row.id === id));
  expect(set.all().toSorted(byId)).toEqual(rows.toSorted(byId));
}

function byId(one: Annotation, other: Annotation): number {
  return one.id < other.id ? -1 : 1;
}
