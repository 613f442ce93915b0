import { expect, test } from 'vitest';
import { claimStanding } from './claim-standing.ts';

test.each([
  [undefined, 'said'],
  [0, 'doubted'],
  [0.5, 'doubted'],
  [0.501, 'verified'],
  [1, 'verified'],
])('a moment with the score %s is %s', (score, standing) => {
  expect(claimStanding(score)).toBe(standing);
});
