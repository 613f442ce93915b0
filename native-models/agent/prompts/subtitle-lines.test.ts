import { expect, test } from 'vitest';
import { maxSubtitleLines, subtitleText } from './subtitle-lines.ts';

const span = { startSec: 10, endSec: 20 };

test('lines within the span are given relative to it', () => {
  const lines = [
    { startSec: 1, endSec: 10, text: 'before' },
    { startSec: 8, endSec: 11, text: 'running in' },
    { startSec: 12.34, endSec: 15, text: ' two\nlines ' },
    { startSec: 20, endSec: 21, text: 'after' },
  ];
  expect(subtitleText(lines, span)).toEqual({
    text: 'Subtitles:\n[0.0s - 1.0s] running in\n[2.3s - 5.0s] two lines\n\n',
    leftOut: 0,
  });
});

test('without lines in the span there is no heading', () => {
  expect(subtitleText([{ startSec: 1, endSec: 2, text: 'early' }], span)).toEqual({ text: '', leftOut: 0 });
});

test('more than 100 lines are cut, and counted', () => {
  const lines = Array.from({ length: 130 }, (_, index) => ({ startSec: 11, endSec: 12, text: `${index}` }));
  const { text, leftOut } = subtitleText(lines, span);
  expect(text.match(/\[/gu)).toHaveLength(maxSubtitleLines);
  expect(leftOut).toBe(30);
});
