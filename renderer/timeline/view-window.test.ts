import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  edgedAt,
  fittedTo,
  fittedToFrame,
  panned,
  pxToSec,
  recounted,
  revealing,
  secToPx,
  spanSec,
  wholeVideo,
  zoomed,
  type ViewWindow,
} from './view-window.ts';

const step = fc.oneof(
  fc.record({
    zoom: fc.double({ min: 0.01, max: 100, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ pan: fc.double({ min: -1e5, max: 1e5, noNaN: true }) }),
);

describe('ViewWindow', () => {
  it('begins or ends where it is told to, and is moved where that would turn it round', () => {
    const whole = wholeVideo(100, 25, 1000);
    const begun = edgedAt(whole, 'start', 20);
    expect(begun).toMatchObject({ startSec: 20, endSec: 100 });
    const shown = edgedAt(begun, 'end', 30);
    expect(shown).toMatchObject({ startSec: 20, endSec: 30 });
    expect(edgedAt(shown, 'start', 50)).toMatchObject({ startSec: 50, endSec: 60 });
    expect(edgedAt(shown, 'end', 15)).toMatchObject({ startSec: 5, endSec: 15 });
    expect(edgedAt(shown, 'start', 1e9)).toMatchObject({ startSec: 90, endSec: 100 });
  });

  it('shows the same stretch, or still everything, when the frames of a video have been counted', () => {
    const estimated = wholeVideo(100, 25, 1200);
    const counted = wholeVideo(98.5, 24.8, 1200);
    expect(recounted(estimated, counted)).toEqual(counted);
    const near = fittedTo(estimated, { startSec: 40, endSec: 50 });
    expect(recounted(near, counted)).toMatchObject({ startSec: near.startSec, durationSec: 98.5 });
    const end = fittedTo(estimated, { startSec: 95, endSec: 99 });
    expect(recounted(end, counted).endSec).toBeCloseTo(98.5);
  });

  it('stays within the video and never closer than a few frames, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 40_000, noNaN: true }), fc.array(step), (durationSec, steps) => {
        let view = wholeVideo(durationSec, 30, 1200);
        for (const each of steps) {
          view =
            'pan' in each
              ? panned(view, each.pan)
              : zoomed(view, each.zoom, view.startSec + each.at * spanSec(view));
          expect(view.startSec).toBeGreaterThanOrEqual(0);
          expect(view.endSec).toBeLessThanOrEqual(view.durationSec * (1 + 1e-9));
          expect(spanSec(view)).toBeGreaterThanOrEqual(view.minSpanSec * (1 - 1e-6));
        }
      }),
    );
  });

  it('keeps the time under the pointer where it is while zooming in', () => {
    const view = wholeVideo(1000, 25, 800);
    const anchorSec = 400;
    const closer = zoomed(view, 8, anchorSec);
    expect(secToPx(closer, anchorSec)).toBeCloseTo(secToPx(view, anchorSec), 6);
    expect(spanSec(closer)).toBeCloseTo(125);
  });

  it('turns pixels into the times that they came from', () => {
    const view = panned(zoomed(wholeVideo(1000, 25, 800), 20, 0), 100);
    for (const px of [0, 17, 800]) expect(secToPx(view, pxToSec(view, px))).toBeCloseTo(px, 6);
  });

  it('shows eight frames at the closest zoom', () => {
    const view = fittedToFrame(wholeVideo(1000, 25, 800), 500);
    expect(spanSec(view)).toBeCloseTo(8 / 25);
    expect(view.startSec).toBeLessThan(500);
    expect(view.endSec).toBeGreaterThan(500);
  });

  it('shows a moment with room on either side', () => {
    const view = fittedTo(wholeVideo(1000, 25, 800), { startSec: 100, endSec: 200 });
    expect([view.startSec, view.endSec]).toEqual([75, 225]);
  });

  it('moves only when the time is out of sight; while playing to the next page', () => {
    const view: ViewWindow = zoomed(wholeVideo(1000, 25, 800), 10, 0);
    expect(revealing(view, 50, true)).toBe(view);
    expect(revealing(view, 150, true).startSec).toBeCloseTo(145);
    expect(revealing(view, 150, false).startSec).toBeCloseTo(100);
  });
});
