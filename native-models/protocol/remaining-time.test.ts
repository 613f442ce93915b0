import { expect, test } from 'vitest';
import { aboutTime, RemainingTime } from './remaining-time.ts';
import type { RunEvent } from './run-events.ts';

const started: RunEvent = {
  type: 'started',
  roles: ['planner', 'grounder', 'verifier', 'answerer'],
  durationSec: 60,
  time: {
    seconds: 100,
    roles: [
      { role: 'planner', seconds: 10 },
      { role: 'grounder', seconds: 40 },
      { role: 'verifier', seconds: 30 },
      { role: 'answerer', seconds: 20 },
    ],
  },
};
const grounding: RunEvent = { type: 'grounding', query: 'a dog' };

/** Hears events at their seconds. */
function hearing(...events: readonly (readonly [RunEvent, number])[]): RemainingTime {
  const remaining = new RemainingTime();
  for (const [event, nowSec] of events) remaining.hear(event, nowSec);
  return remaining;
}

test('counts down from what was foretold, within each role', () => {
  const remaining = hearing([started, 0], [{ type: 'planning' }, 0]);
  expect(remaining.leftSec(0)).toBe(100);
  expect(remaining.leftSec(4)).toBe(96);
  // It takes longer than foretold: what comes after it is still to come.
  expect(remaining.leftSec(15)).toBe(90);
});

test('what comes is foretold anew by how long the roles before really took', () => {
  const remaining = hearing([started, 0], [{ type: 'planning' }, 0], [grounding, 20]);
  expect(remaining.leftSec(20)).toBe(180);
  remaining.hear({ type: 'verifying', index: 0, total: 2 }, 100);
  remaining.hear({ type: 'verifying', index: 1, total: 2 }, 110);
  expect(remaining.leftSec(110)).toBe(90);
});

test('roles that the plan leaves out are not waited for', () => {
  const remaining = hearing([started, 0], [{ type: 'planning' }, 0]);
  remaining.hear({ type: 'answering', span: { startSec: 0, endSec: 60 } }, 10);
  expect(remaining.leftSec(10)).toBe(20);
});

test('what was never measured is not counted down', () => {
  const unknown: RunEvent = { type: 'started', roles: ['grounder'], durationSec: 60 };
  expect(hearing([unknown, 0], [grounding, 1]).leftSec(2)).toBeUndefined();
});

test('says times that are only about right in few words', () => {
  expect([0.2, 8.4, 89, 91, 850, 5_400, 9_000].map(aboutTime)).toEqual([
    ...['1 s', '8 s', '89 s', '2 min', '14 min', '1.5 h', '2.5 h'],
  ]);
});
