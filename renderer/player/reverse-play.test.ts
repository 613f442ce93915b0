import { describe, expect, it } from 'vitest';
import { ReversePlay } from './reverse-play.ts';

/** Pictures that come when the test says so. */
function pictures() {
  let next: ((nowMs: number) => void) | undefined;
  return {
    request: (callback: (nowMs: number) => void) => {
      next = callback;
      return () => {
        next = undefined;
      };
    },
    paint: (nowMs: number) => next?.(nowMs),
    waiting: () => next !== undefined,
  };
}

describe('ReversePlay', () => {
  it('keeps the speed: a busy decoder is shown fewer frames, the due one next', () => {
    const shown: number[] = [];
    const clock = pictures();
    const reverse = new ReversePlay((timeSec) => shown.push(timeSec), clock.request);
    let busy = false;
    reverse.start(
      10,
      -2,
      () => busy,
      () => undefined,
    );
    clock.paint(1000);
    clock.paint(1500);
    busy = true;
    clock.paint(2000);
    busy = false;
    clock.paint(2500);
    expect(shown).toEqual([10, 9, 7]);
  });

  it('ends at the first frame', () => {
    const shown: number[] = [];
    const clock = pictures();
    let ended = 0;
    const reverse = new ReversePlay((timeSec) => shown.push(timeSec), clock.request);
    reverse.start(
      0.5,
      -1,
      () => false,
      () => (ended += 1),
    );
    clock.paint(0);
    clock.paint(600);
    expect(shown).toEqual([0.5, 0]);
    expect(ended).toBe(1);
    expect(clock.waiting()).toBe(false);
  });
});
