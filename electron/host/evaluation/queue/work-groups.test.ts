import { expect, it } from 'vitest';
import { takeover } from './work-groups.ts';

it('a killed worker’s job is looked for within the time that was asked for, at the latest moment of its lock', () => {
  for (const withinMs of [2_000, 30_000, 600_000]) {
    const { lockDuration, stalledInterval } = takeover(withinMs);
    // The lock was renewed just before the kill, and the last look was just before it ran out.
    expect(lockDuration + stalledInterval).toBeLessThan(withinMs);
    // A busy machine renews late, and keeps its job all the same: the queue renews at half of the time.
    expect(lockDuration).toBeGreaterThanOrEqual(withinMs / 2);
  }
});
