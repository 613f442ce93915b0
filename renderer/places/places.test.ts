import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureRegionSchema } from '../../native-models/protocol/picture-region.ts';
import type { PictureRegion } from '../../native-models/protocol/picture-region.ts';
import { sampleAnnotation, sampleProject } from '../app/testing/samples.ts';
import { annotationTracks } from '../timeline/build-tracks.ts';
import { boxGrips, draggedRegion, keptPlace, replaced, wholeGrip } from './region-edits.ts';
import { isShownAt, layerOf, shownPlaces } from './shown-places.ts';

const box = { kind: 'box', left: 0.2, top: 0.2, right: 0.6, bottom: 0.5 } as const;
const point = { kind: 'point', x: 0.9, y: 0.1 } as const;
const said = { text: '', saidIn: 'answer' } as const;
const run = {
  ...{ runId: 'r1', videoId: 'v1' },
  places: [
    { region: box, name: 'cup', atSec: 3, ...said },
    { region: point, name: 'nose', ...said },
    { region: point, name: 'eye', atSec: 5, ...said },
  ],
};
const newId = () => 'new';

describe('what is drawn over the picture', () => {
  test('is what is kept in it and what a model named at a time, each once', () => {
    const kept = sampleAnnotation({
      region: box,
      runId: 'r1',
      placeIndex: 0,
      startSec: 3,
      endSec: 3,
      text: 'my cup',
    });
    const tracks = annotationTracks([kept, sampleAnnotation({ id: 'a2' })], sampleProject);
    const places = shownPlaces(tracks, run);
    expect(places.map(({ name, origin }) => [name, origin.type])).toEqual([
      ['my cup', 'annotation'],
      ['eye', 'said'],
    ]);
    // A place is the same one before and after it was kept: what has the focus keeps it.
    expect(shownPlaces([], run).map(({ key }) => key)).toEqual([places[0]?.key, places[1]?.key]);
  });

  test('is each for itself where two were made of one place, in two windows or by a copy of a track', () => {
    const both = ['a1', 'a2'].map((id) => sampleAnnotation({ id, region: box, runId: 'r1', placeIndex: 0 }));
    const keys = shownPlaces(annotationTracks(both, sampleProject), run).map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(3);
  });

  test('is what is there at the time: an instant also right before and behind it', () => {
    const instant = { startSec: 3, endSec: 3 };
    expect([2.4, 2.6, 3, 3.4, 3.6].map((sec) => isShownAt(instant, sec))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    const stretch = { startSec: 3, endSec: 4 };
    expect([2.9, 3, 4, 4.1].map((sec) => isShownAt(stretch, sec))).toEqual([false, true, true, false]);
  });

  test('lies above what is larger, so that a pointer reaches a face within a person', () => {
    const face = { kind: 'box', left: 0.3, top: 0.2, right: 0.4, bottom: 0.3 } as const;
    expect(layerOf(face)).toBeGreaterThan(layerOf(box));
    expect(layerOf(point)).toBeGreaterThan(layerOf(face));
    expect(layerOf({ kind: 'box', left: 0, top: 0, right: 1, bottom: 1 })).toBe(0);
  });
});

describe('a place that is dragged', () => {
  test.each([
    ['as a whole', wholeGrip, 0.1, 0.2, { ...box, left: 0.3, top: 0.4, right: 0.7, bottom: 0.7 }],
    [
      'to the edge of the picture keeps its size',
      wholeGrip,
      0.9,
      -0.9,
      { ...box, left: 0.6, top: 0, right: 1, bottom: 0.3 },
    ],
    ['by a corner', { x: 'right', y: 'bottom' }, 0.1, 0.1, { ...box, right: 0.7, bottom: 0.6 }],
    ['by an edge', { x: 'left', y: 'none' }, 0.1, 0.4, { ...box, left: 0.3 }],
    ['beyond its other side stops there', { x: 'left', y: 'none' }, 0.9, 0, { ...box, left: 0.595 }],
  ] as const)('%s', (_, grip, byX, byY, expected) => {
    const { kind, ...numbers } = draggedRegion(box, grip, byX, byY) as typeof box;
    expect(kind).toBe('box');
    for (const [edge, share] of Object.entries(numbers)) {
      expect(share).toBeCloseTo(expected[edge as keyof typeof numbers], 9);
    }
  });

  test('stays in the picture and keeps an area, however small it is and however it is dragged', () => {
    const by = fc.double({ min: -3, max: 3, noNaN: true });
    const edges = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 2 });
    const boxes = fc.tuple(edges, edges).map(([across, down]): PictureRegion => {
      const [left = 0, right = 1] = across.map((edge) => edge / 1000).sort((one, other) => one - other);
      const [top = 0, bottom = 1] = down.map((edge) => edge / 1000).sort((one, other) => one - other);
      return { kind: 'box', left, top, right, bottom };
    });
    fc.assert(
      fc.property(boxes, fc.constantFrom(wholeGrip, ...boxGrips), by, by, (any, grip, byX, byY) => {
        // The schema's own rules: within the picture, and with an area.
        expect(pictureRegionSchema.safeParse(draggedRegion(any, grip, byX, byY)).success).toBe(true);
        expect(draggedRegion(any, grip, 0, 0)).toEqual(any);
      }),
      { examples: [[{ kind: 'box', left: 0.998, top: 0, right: 1, bottom: 0.002 }, boxGrips[4]!, 0, 0]] },
    );
    expect(draggedRegion(point, wholeGrip, 0.5, -0.05)).toEqual({ kind: 'point', x: 1, y: 0.05 });
  });

  test('that a model named is kept with it, and with what the model had', () => {
    const [place] = shownPlaces([], run);
    const moved: PictureRegion = { ...box, right: 0.7 };
    expect(replaced(place!, moved, newId, 'keys')).toMatchObject({
      select: ['new'],
      join: 'keys',
      operations: [
        {
          op: 'add',
          annotation: {
            ...{ id: 'new', videoId: 'v1', text: 'cup', startSec: 3, endSec: 3, runId: 'r1', placeIndex: 0 },
            ...{ region: moved, originalRegion: box, provenance: 'edited' },
          },
        },
      ],
    });
    const kept = keptPlace(place!, newId)?.operations[0];
    expect(kept).toMatchObject({ op: 'add', annotation: { region: box, provenance: 'model' } });
    expect(kept).not.toHaveProperty('annotation.originalRegion');
  });

  test('that is kept is changed; one on a locked track, or that did not move, is not', () => {
    const [place] = shownPlaces(
      annotationTracks([sampleAnnotation({ region: box })], sampleProject),
      undefined,
    );
    const moved = { ...box, right: 0.7 };
    expect(replaced(place!, moved, newId)?.operations).toEqual([
      { op: 'update', id: 'a1', changes: { region: moved } },
    ]);
    expect(replaced(place!, { ...box }, newId)).toBeUndefined();
    expect(replaced({ ...place!, locked: true }, moved, newId)).toBeUndefined();
    expect(keptPlace(place!, newId)).toBeUndefined();
  });
});
