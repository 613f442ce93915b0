import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, byteSize, clockTime, duration, printable, table, wrap } from './text-layout.ts';

describe('text layout', () => {
  it('shows times as a player does', () => {
    expect([0, 7.46, 59.96, 600, 3723.04].map(clockTime)).toEqual([
      '0:00.0',
      '0:07.5',
      '1:00.0',
      '10:00.0',
      '1:02:03.0',
    ]);
  });

  it('shows durations and sizes in readable units', () => {
    expect([0.1234, 12.34, 99.97, 185].map(duration)).toEqual([
      '0.12 s',
      '12.3 s',
      '1 min 40 s',
      '3 min 05 s',
    ]);
    expect([0, 999, 1000, 9_949_000, 999_600_000].map(byteSize)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '9.9 MB',
      '1.0 GB',
    ]);
  });

  it('wraps at spaces, keeps line breaks, and cuts only words that do not fit', () => {
    expect(wrap('one two three\n\nfour', 7)).toEqual(['one two', 'three', '', 'four']);
    expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  });

  it('never makes a line wider than asked for, and loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        const lines = wrap(text, columns);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \r\n]/g, ''));
      }),
    );
  });

  it('aligns numbers to the right and words to the left', () => {
    expect(
      table(
        ['#', 'layer', 'error'],
        [
          ['1', 'a', '0.50'],
          ['10', 'bcdefg', '12.00'],
        ],
      ),
    ).toEqual([' #  layer   error', ' 1  a        0.50', '10  bcdefg  12.00']);
  });

  it('draws a bar that is never longer than its room', () => {
    expect([bar(0, 10, 4), bar(5, 10, 4), bar(20, 10, 4), bar(1, 0, 4)]).toEqual([
      '░░░░',
      '██░░',
      '████',
      '░░░░',
    ]);
  });

  it('makes control characters of others harmless', () => {
    expect(printable('a\u001b[2Jb\r\u009bc\td\ne')).toBe('a�[2Jb��c d\ne');
  });
});
