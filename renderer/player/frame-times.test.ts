import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameTimes, type FetchFrameWindow } from './frame-times.ts';

/** A host that knows all frames, and counts what it is asked. */
function hostOf(timesSec: readonly number[]) {
  const asked: (readonly [number, number])[] = [];
  const shownAt = (timeSec: number) =>
    Math.max(
      0,
      timesSec.findLastIndex((each) => each <= timeSec),
    );
  const fetchWindow: FetchFrameWindow = (startSec, endSec) => {
    asked.push([startSec, endSec]);
    const first = shownAt(startSec);
    return Promise.resolve({
      firstFrameIndex: first,
      timesSec: timesSec.slice(first, shownAt(endSec) + 1),
    });
  };
  return { asked, fetchWindow };
}

const steady = Array.from({ length: 3000 }, (_, index) => index / 25);

describe('createFrameTimes', () => {
  it('finds each frame of a video with a variable rate by its number and by its time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 90_000 })), {
          minLength: 1,
          maxLength: 80,
        }),
        fc.nat(),
        async (lengthsMs, random) => {
          const times = lengthsMs.map(
            (_, index) => lengthsMs.slice(0, index).reduce((a, b) => a + b, 0) / 1000,
          );
          const durationSec = lengthsMs.reduce((a, b) => a + b, 0) / 1000;
          const wanted = random % times.length;
          const clock = { durationSec, fps: times.length / durationSec, totalFrames: times.length };
          const byNumber = await createFrameTimes(clock, hostOf(times).fetchWindow).loadFrame(wanted);
          expect(byNumber).toMatchObject({ index: wanted, timeSec: times[wanted] });
          const byTime = await createFrameTimes(clock, hostOf(times).fetchWindow).loadAt(times[wanted] ?? 0);
          expect(byTime).toEqual(byNumber);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('asks the host once for what is asked many times', async () => {
    const host = hostOf(steady);
    const frames = createFrameTimes({ durationSec: 120, fps: 25, totalFrames: 3000 }, host.fetchWindow);
    await Promise.all([frames.loadAt(3), frames.loadAt(3.5), frames.loadAt(4)]);
    await frames.loadFrame(100);
    expect(host.asked).toHaveLength(1);
  });

  it('takes a number beyond the video for its last frame', async () => {
    const frames = createFrameTimes(
      { durationSec: 120, fps: 25, totalFrames: 3000 },
      hostOf(steady).fetchWindow,
    );
    await expect(frames.loadFrame(Number.MAX_SAFE_INTEGER)).resolves.toMatchObject({ index: 2999 });
    await expect(frames.loadFrame(-5)).resolves.toMatchObject({ index: 0 });
  });

  it('asks again after a failure', async () => {
    const host = hostOf(steady);
    let fails = true;
    const frames = createFrameTimes({ durationSec: 120, fps: 25, totalFrames: 3000 }, (startSec, endSec) =>
      fails ? Promise.reject(new Error('no line')) : host.fetchWindow(startSec, endSec),
    );
    await expect(frames.loadAt(1)).rejects.toThrow('no line');
    fails = false;
    await expect(frames.loadAt(1)).resolves.toMatchObject({ index: 25 });
  });
});
