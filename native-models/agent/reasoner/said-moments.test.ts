import { expect, test } from 'vitest';
import type { FamilyTraits } from '../../architectures/vision-language-model.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import type { ReasonerClip } from './reasoner-clip.ts';
import { saidMoments } from './said-moments.ts';

function find(
  reasoning: string,
  answer: string,
  pairTimes: FamilyTraits['pairTimes'] = 'stamps',
  firstFrame = 0,
  video = fakeVideo(),
) {
  const size = { height: 28, width: 28 };
  const clip: ReasonerClip = {
    ...{ video, size, frameIndices: [firstFrame, firstFrame + 25], grid: [1, 2, 2], effectiveFps: 1 },
    ...{ pairSec: [0.5], stamps: undefined },
  };
  const bounds = { startSec: firstFrame / video.fps, endSec: video.durationSec };
  return saidMoments({ reasoning, answer }, clip, { pairTimes }, bounds);
}

test('what is said in the reasoning and in the answer is listed once', () => {
  expect(find('from 2 s to 4 s', 'at 3 s, 2 s - 4 s')).toEqual([
    { startSec: 2, endSec: 4, text: '2 s to 4 s', saidIn: 'reasoning' },
    { startSec: 3, endSec: 3, text: '3 s', saidIn: 'answer' },
  ]);
});

test('what lies beyond the video means something else; what ends a little beyond it is cut', () => {
  expect(find('at 10:30 on the clock, 40 s', '')).toEqual([]);
  expect(find('from 20 s to 24.5 s', '')).toMatchObject([{ startSec: 20, endSec: 24 }]);
  expect(find('from 20 s to 90 s', '')).toMatchObject([{ startSec: 20, endSec: 24 }]);
});

test('seconds since the first frame are placed after it, stamps are not', () => {
  expect(find('at 2 s', '', 'positions', 250)).toMatchObject([{ startSec: 12, endSec: 12 }]);
  expect(find('at 2 s', '', 'stamps', 250)).toEqual([]);
  expect(find('the last 2 seconds', '', 'positions', 250)).toMatchObject([{ startSec: 22, endSec: 24 }]);
});

test('where frames differ in length, the seconds that the model counts are looked up', () => {
  // 300 frames of 0.02 s, then 300 of 0.06 s: at the average rate of 25 the model takes frame 300 for second 12.
  const frameTimesSec = Float64Array.from({ length: 600 }, (_, frame) =>
    frame < 300 ? frame * 0.02 : 6 + (frame - 300) * 0.06,
  );
  const video = fakeVideo({ constantRate: false, frameTimesSec });
  const [moment] = find('at 12 s', '', 'stamps', 0, video);
  expect(moment!.startSec).toBeCloseTo(6, 9);
});
