import { describe, expect, it } from 'vitest';
import { planDecoding, withEarlierStart } from './decode-plan.ts';
import { selectFrames } from './frame-selection.ts';
import type { Video } from './video.ts';

/** 25 frames a second, a key frame every 250. */
function video(width: number, height: number, totalFrames: number): Video {
  const keyFrames = Array.from({ length: Math.ceil(totalFrames / 250) }, (_, index) => index * 250);
  return {
    path: 'video.mp4',
    identity: '',
    fps: 25,
    totalFrames,
    width,
    height,
    durationSec: totalFrames / 25,
    frameTimesSec: Float64Array.from({ length: totalFrames }, (_, index) => index / 25),
    constantRate: true,
    warnings: [],
    seekIndex: {
      startTimeSec: 1,
      keyFrames,
      seekTimesSec: keyFrames.map((frame) => (frame === 0 ? undefined : 1 + frame / 25 + 0.1)),
    },
  };
}

describe('a plan for decoding', () => {
  it('seeks to each frame where they are far apart', () => {
    expect(planDecoding(video(1920, 1080, 90_000), [0, 604, 1208])).toEqual([
      { seekSec: undefined, frameIndices: [0] },
      { seekSec: 1 + 500 / 25 + 0.1, frameIndices: [604] },
      { seekSec: 1 + 1000 / 25 + 0.1, frameIndices: [1208] },
    ]);
  });

  it('shares one decode in a group of pictures, each frame once', () => {
    expect(planDecoding(video(1920, 1080, 1000), [260, 270, 270, 499])).toEqual([
      { seekSec: 1 + 250 / 25 + 0.1, frameIndices: [260, 270, 499] },
    ]);
  });

  it('decodes small videos straight through, in stretches that two decoders can share', () => {
    const indices = Array.from({ length: 6000 }, (_, index) => index * 10);
    const tasks = planDecoding(video(320, 180, 60_000), indices);
    expect(tasks.length).toBeGreaterThan(1);
    expect(tasks.length).toBeLessThan(10);
    expect(tasks.flatMap((task) => task.frameIndices)).toEqual(indices);
  });

  it('starts over two key frames earlier, or at the beginning', () => {
    expect(withEarlierStart(video(320, 180, 2000), [1030]).seekSec).toBe(1 + 500 / 25 + 0.1);
    expect(withEarlierStart(video(320, 180, 2000), [260]).seekSec).toBeUndefined();
  });
});

describe('a selection of frames', () => {
  const wanted = Array.from({ length: 150 }, (_, index) => index * 6);
  const selection = selectFrames(video(320, 180, 1000), wanted);

  it('finds wanted frames by times that are rounded, and tells when all are behind', () => {
    for (const frameIndex of [0, 6, 7, 894]) {
      for (const error of [-0.001, 0, 0.001]) {
        const expected = wanted.includes(frameIndex) ? frameIndex : undefined;
        expect(selection.find(1 + frameIndex / 25 + error)).toBe(expected);
      }
    }
    expect(selection.find(1 + 895 / 25)).toBe('past');
  });

  it('nests its expression no deeper than a binary search', () => {
    let depth = 0;
    let deepest = 0;
    for (const character of selection.expression) {
      if (character === '(') deepest = Math.max(deepest, ++depth);
      if (character === ')') depth--;
    }
    expect(depth).toBe(0);
    expect(deepest).toBeLessThanOrEqual(12);
  });
});
