import { expect, test } from 'vitest';
import { auroc, overlap, recalls, Share } from './figures.ts';

test('the overlap of spans is intersection over union', () => {
  expect(overlap([0, 10], [5, 15])).toBeCloseTo(1 / 3);
  expect(overlap([0, 1], [2, 3])).toBe(0);
});

test('recalls count overlaps at the thresholds and above', () => {
  expect(recalls([0.5, 0.7, 0.2, 0])).toEqual({ r5: 0.5, r7: 0.25, mIoU: 0.35 });
});

test('AUROC is the chance that a right candidate scores higher, ties counting half', () => {
  const judged = [
    { score: 0.9, right: true },
    { score: 0.5, right: true },
    { score: 0.5, right: false },
    { score: 0.1, right: false },
  ];
  expect(auroc(judged)).toBeCloseTo(3.5 / 4);
  expect(auroc([{ score: 1, right: true }])).toBeUndefined();
});

test('a share without tries has no value', () => {
  const share = new Share();
  expect(share.value).toBeUndefined();
  share.add(true);
  share.add(false);
  expect(share.value).toBe(0.5);
});
