import { expect, test } from 'vitest';
import { everyCandidateDoubted } from './verifier-doubt.ts';

const moment = { startSec: 1, endSec: 2, confidence: 0.9 };

test.each([
  ['each is rather a No', [0.39, 0.36], true],
  ['one is rather a Yes', [0.61, 0.36], false],
  ['one is neither', [0.5, 0.36], false],
  ['one was not looked at', [0.39, undefined], false],
  ['none was looked at', [undefined], false],
  ['there are none', [], false],
] as const)('candidates of which %s', (_, scores, doubted) => {
  const candidates = scores.map((verifierScore) =>
    verifierScore === undefined ? moment : { ...moment, verifierScore },
  );
  expect(everyCandidateDoubted(candidates)).toBe(doubted);
});
