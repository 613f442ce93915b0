import { describe, expect, it } from 'vitest';
import { dragged, pressed, released, type Gesture, type GestureContext, type Pointer } from './gestures.ts';
import { hitTest } from './hit-test.ts';
import { layOut, laneTop } from './layout.ts';
import { candidate, kept, knownFrames, track } from './testing/segments.ts';
import type { TimelineSegment } from './timeline-model.ts';
import { secToPx, wholeVideo } from './view-window.ts';

/** A hundred seconds on a thousand pixels: ten pixels are a second, a frame is less than one. */
const view = wholeVideo(100, 25, 1000);

function timeline(segments: readonly TimelineSegment[], more: Partial<GestureContext> = {}) {
  const tracks = [track(segments)];
  const layout = layOut({ tracks, saliency: undefined, sampledFrames: [], hasWaveform: false });
  const context: GestureContext = {
    view,
    tracks,
    videoId: 'v',
    trackId: 'own',
    frames: knownFrames(),
    attractingSec: [],
    snapping: true,
    newId: () => 'new',
    ...more,
  };
  const row = layout.rows.at(-1);
  const yPx = row ? laneTop(row, 0) + 5 : 0;
  const pointer = (timeSec: number, keys: Partial<Pointer> = {}): Pointer => ({
    xPx: secToPx(view, timeSec),
    button: 0,
    several: false,
    shift: false,
    free: false,
    ...keys,
  });
  /** Presses at one time, drags over the others, releases: what came of it. */
  const drag = (times: readonly number[], keys: Partial<Pointer> = {}, y = yPx) => {
    const [first = 0, ...rest] = times;
    const start = pressed(context, hitTest(layout, view, secToPx(view, first), y), pointer(first, keys));
    const effects = [...start.effects];
    let gesture: Gesture | undefined = start.gesture;
    for (const timeSec of rest) {
      if (!gesture) break;
      const step = dragged(context, gesture, pointer(timeSec, keys));
      gesture = step.gesture;
      effects.push(...step.effects);
    }
    if (gesture) effects.push(...released(context, gesture));
    const edit = effects.find((effect) => effect.type === 'edit')?.edit;
    return { effects, edit, seeks: effects.filter((effect) => effect.type === 'seek') };
  };
  return { drag };
}

describe('gestures', () => {
  it('seeks where the ruler is pressed, and on while the pointer moves', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([30, 31.5], {}, 5).seeks.map((seek) => seek.timeSec)).toEqual([30, 31.5]);
  });

  it('selects a segment and goes to its start when it is clicked', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([15]).effects).toEqual([
      { type: 'select', ids: ['a'] },
      { type: 'seek', timeSec: 10 },
    ]);
  });

  it('drags an edge to the boundary of a frame, and shows the last frame that the moment holds', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    const { edit, seeks } = drag([20, 25.013]);
    expect(edit?.operations).toEqual([{ op: 'update', id: 'a', changes: { startSec: 10, endSec: 25 } }]);
    expect(seeks.at(-1)?.timeSec).toBeCloseTo(24.999);
  });

  it('snaps to the edge of another segment and to the playhead, unless Alt is held', () => {
    const segments = [kept('a', 10, 20), kept('b', 33.333, 40)];
    expect(timeline(segments).drag([20, 33]).edit?.operations).toMatchObject([
      { changes: { endSec: 33.333 } },
    ]);
    const withPlayhead = timeline(segments, { attractingSec: [26.2] });
    expect(withPlayhead.drag([20, 26]).edit?.operations).toMatchObject([{ changes: { endSec: 26.2 } }]);
    expect(timeline(segments).drag([20, 33.01], { free: true }).edit?.operations).toMatchObject([
      { changes: { endSec: 33.01 } },
    ]);
    expect(timeline(segments, { snapping: false }).drag([20, 33]).edit?.operations).toMatchObject([
      { changes: { endSec: 33 } },
    ]);
  });

  it('moves a whole segment with its length, within the video', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([15, 25]).edit?.operations).toMatchObject([{ changes: { startSec: 20, endSec: 30 } }]);
    expect(drag([15, 400]).edit?.operations).toMatchObject([{ changes: { startSec: 90, endSec: 100 } }]);
  });

  it('never lets an edge pass the other one', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([10, 60]).edit?.operations).toMatchObject([{ changes: { startSec: 20, endSec: 20 } }]);
  });

  it('makes an annotation of a candidate whose edge is dragged', () => {
    const { drag } = timeline([candidate(0, 10, 20)]);
    expect(drag([10, 12]).edit?.operations).toMatchObject([
      { op: 'add', annotation: { startSec: 12, endSec: 20, provenance: 'edited', originalStartSec: 10 } },
    ]);
  });

  it('leaves segments of locked tracks as they are', () => {
    const { drag } = timeline([{ ...kept('a', 10, 20), locked: true }]);
    expect(drag([20, 30]).edit).toBeUndefined();
    expect(drag([15, 30]).edit).toBeUndefined();
  });

  it('draws a new moment on empty ground with Shift', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([50.01, 44.01], { shift: true }).edit?.operations).toMatchObject([
      { op: 'add', annotation: { id: 'new', startSec: 44, endSec: 50, provenance: 'human' } },
    ]);
  });

  it('draws a new moment on the empty place of a track that is dragged over; a click there only seeks', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([44.01, 50.01]).edit?.operations).toMatchObject([
      { op: 'add', annotation: { id: 'new', startSec: 44, endSec: 50, provenance: 'human' } },
    ]);
    expect(drag([44]).effects).toEqual([{ type: 'seek', timeSec: 44 }]);
    expect(drag([44, 44.2]).edit).toBeUndefined();
  });

  it('draws on the track that was pressed, not where other new moments go', () => {
    const { drag } = timeline([kept('a', 10, 20)], { trackId: 'other' });
    // The project's own track needs no name.
    const [operation] = drag([44, 50]).edit?.operations ?? [];
    expect(operation).toMatchObject({ op: 'add', annotation: { startSec: 44 } });
    expect(operation).not.toHaveProperty('annotation.trackId');
  });

  it('adds to the selection with Ctrl', () => {
    const { drag } = timeline([kept('a', 10, 20)]);
    expect(drag([15], { several: true }).effects).toEqual([{ type: 'toggle', id: 'a' }]);
  });
});
