import { expect, test } from 'vitest';
import { areAlike, likenessBounds, PairLikeness } from './pair-likeness.ts';

const size = { height: 56, width: 84 };
const cell = 28;
const values = size.height * size.width * 3;
const pair = (change: (rgb: Uint8Array) => void = () => undefined) =>
  [0, 1].map((frameIndex) => {
    const rgb = new Uint8Array(values).fill(100);
    change(rgb);
    return { frameIndex, rgb };
  });
/** Adds a difference to some lines of one cell, so that its mean differs by so much. */
const differing = (mean: number, cells: number) =>
  pair((rgb) => {
    for (let index = 0; index < cells; index++) {
      const left = (index % 3) * cell;
      const top = Math.floor(index / 3) * cell;
      for (let line = top; line < top + cell; line++)
        for (let at = (line * size.width + left) * 3; at < (line * size.width + left + cell) * 3; at++)
          rgb[at] = 100 + mean;
    }
  });

test('a little in all of the picture is within the bound, a little more is not', () => {
  const isLike = (other: ReturnType<typeof pair>) => areAlike(pair(), other, size, cell);
  expect(isLike(pair())).toBe(true);
  // One cell of six by 3: 0.5 in the mean.
  expect(isLike(differing(3, 1))).toBe(true);
  expect(isLike(differing(1, 4))).toBe(false);
});

test('much in one cell is not, however little it is in the mean', () => {
  const wide = { height: cell, width: 100 * cell };
  const flat = (first: number) =>
    [0, 1].map((frameIndex) => {
      const rgb = new Uint8Array(wide.height * wide.width * 3);
      for (let line = 0; line < cell; line++)
        rgb.fill(first, line * wide.width * 3, (line * wide.width + cell) * 3);
      return { frameIndex, rgb };
    });
  expect(areAlike(flat(0), flat(likenessBounds.cell), wide, cell)).toBe(true);
  expect(areAlike(flat(0), flat(likenessBounds.cell + 1), wide, cell)).toBe(false);
});

test('small steps do not add up: each pair is compared with one that was encoded', () => {
  const likeness = new PairLikeness(cell);
  likeness.add('video', 'first', pair());
  expect(likeness.find('video', differing(2, 1), size)).toBe('first');
  expect(likeness.find('video', differing(4, 1), size)).toBeUndefined();
  expect(likeness.find('other', pair(), size)).toBeUndefined();
});
