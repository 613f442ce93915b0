import { expect, it } from 'vitest';
import { scriptTimePerFrame, type TraceEvent } from './timeline-trace.ts';

const event = (name: string, ts: number, dur?: number, tid = 1): TraceEvent => ({
  name,
  ph: dur === undefined ? 'I' : 'X',
  ts,
  ...(dur === undefined ? {} : { dur }),
  pid: 1,
  tid,
  cat: name === 'frame' ? 'blink.user_timing' : 'devtools.timeline',
});

it('sums script time between marks, nested events once, other threads not', () => {
  const times = scriptTimePerFrame(
    [
      event('FireAnimationFrame', 900, 4000),
      event('frame', 1000),
      event('FunctionCall', 1500, 2000),
      event('MinorGC', 6000, 1000),
      event('FunctionCall', 6000, 9000, 2),
      event('Paint', 8000, 5000),
      event('FireAnimationFrame', 16_900, 1000),
      event('frame', 17_000),
      event('FireAnimationFrame', 32_900, 1000),
      event('frame', 33_000),
    ],
    'frame',
    'wall',
  );
  expect(times).toMatchObject({ medianMs: 5, longestMs: 5, count: 2 });
});
