import { describe, expect, it } from 'vitest';
import { benchmarkMoment } from './moment-times.ts';

describe('moments as benchmarks write them', () => {
  // Written by the reference (metrics/helpers.json): duration, unit, normalized, written.
  it.each([
    [860.885, 0.001, [0.0651567205786705, 0.5925543308258057], [56.092002868652344, 510.12103271484375]],
    [889.287, 0.001, [0.5391809344291687, 0.7214148640632629], [479.4870300292969, 641.5450439453125]],
    [471.365, 0.001, [-0.0020679195877164602, 0.5823962092399597], [0, undefined]],
    [10, 2, [0.1, 0.3], [0, 4]],
    [100, 0.1, [0.0015, 0.12404], [0.20000000298023224, 12.40000057220459]],
  ] as const)('%d s in steps of %d s', (durationSec, unitSec, [start, end], [startSec, endSec]) => {
    const moment = benchmarkMoment(start, end, durationSec, unitSec);
    expect(moment.startSec).toBe(startSec);
    if (endSec !== undefined) expect(moment.endSec).toBe(endSec);
  });

  it('are clamped to the video and put in order', () => {
    expect(benchmarkMoment(1.5, 0.5, 10, 1)).toEqual({ startSec: 5, endSec: 10 });
  });
});
