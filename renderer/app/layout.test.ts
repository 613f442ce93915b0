import { expect, test } from 'vitest';
import { layoutOf } from './layout.ts';

test('a timeline that nobody sized shows the tracks of a whole run where the window is high enough', () => {
  const heights = [720, 900, 1080, 1600].map((height) => layoutOf({ layout: {} }, height).timelineHeight);
  expect(heights).toEqual([302, 378, 454, 460]);
});

test('what a person chose is kept, within what is possible', () => {
  expect(layoutOf({ layout: { timelineHeight: 200, left: 0 } }, 900)).toMatchObject({
    timelineHeight: 200,
    left: 0,
  });
  expect(layoutOf({ layout: { timelineHeight: 9000 } }, 900).timelineHeight).toBe(620);
});
