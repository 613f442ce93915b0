import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSeconds, parsePlace } from './timecode.ts';

describe('timecode', () => {
  it('writes minutes, and hours only where there are any', () => {
    expect(formatSeconds(0)).toBe('0:00.000');
    expect(formatSeconds(62.5)).toBe('1:02.500');
    expect(formatSeconds(3723.4567)).toBe('1:02:03.457');
    expect(formatSeconds(59.9996)).toBe('1:00.000');
    expect(formatSeconds(61, 0)).toBe('1:01');
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50_000_000 }), (ms) => {
        const place = parsePlace(formatSeconds(ms / 1000));
        expect(place && 'timeSec' in place ? place.timeSec : NaN).toBeCloseTo(ms / 1000, 6);
      }),
    );
  });

  it('reads seconds, clock times, units and frame numbers, and nothing else', () => {
    expect(parsePlace('12,5')).toEqual({ timeSec: 12.5 });
    expect(parsePlace(' 1:02:03 ')).toEqual({ timeSec: 3723 });
    expect(parsePlace('1h 2m 3s')).toEqual({ timeSec: 3723 });
    expect(parsePlace('#300')).toEqual({ frameIndex: 300 });
    expect(parsePlace('f 7')).toEqual({ frameIndex: 7 });
    for (const text of ['', 'abc', '-3', '1:2:3:4', '#', '#1.5', '1e9'])
      expect(parsePlace(text)).toBeUndefined();
  });
});
