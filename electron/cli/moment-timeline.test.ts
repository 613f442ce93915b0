import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentTimeline } from './moment-timeline.ts';

describe('the timeline', () => {
  it('draws each moment to scale under the length of the video', () => {
    const rows = [
      { label: '1', startSec: 10, endSec: 20, note: '0.71' },
      { label: '2', startSec: 30, endSec: 40, note: '0.33' },
    ];
    expect(momentTimeline(40, rows, 27)).toEqual([
      '  0:00.0        0:40.0',
      '  ├──────────────────┤',
      '1 ·····█████·········· 0.71',
      '2 ···············█████ 0.33',
    ]);
  });

  it('shows even the shortest moment, and never leaves its room', () => {
    const seconds = fc.double({ min: 0, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, seconds, fc.integer({ min: 40, max: 120 }), (length, a, b, columns) => {
        const row = { label: '1', startSec: Math.min(a, b), endSec: Math.max(a, b), note: '0.50' };
        const [, axis = '', line = ''] = momentTimeline(length, [row], columns);
        expect(line).toContain('█');
        expect(line.length).toBe(columns);
        expect(axis.length).toBe(columns - '0.50 '.length);
      }),
    );
  });
});
