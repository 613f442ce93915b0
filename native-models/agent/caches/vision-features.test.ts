import { rowsInMemory } from '../../architectures/device-rows.ts';
import { expect, test } from 'vitest';
import type { VisionEncoder } from '../../architectures/vision-language-model.ts';
import { CacheBudget } from './cache-budget.ts';
import { fakeReader, fakeVideo } from '../test-support/fake-video.ts';
import { VisionFeatures } from './vision-features.ts';
import type { FramePairs, FeatureWork } from './feature-work.ts';

function setUp(limitBytes = 1_000, pairsAtOnce = 1) {
  const encoded: number[][] = [];
  const encoder: VisionEncoder = {
    weightsKey: (role) => (role === 'verifier' ? 'adapted' : 'base'),
    pairsAtOnce: () => pairsAtOnce,
    encode: (_, frames) => {
      const indices = frames.map((frame) => frame.frameIndex);
      encoded.push(indices);
      return Promise.resolve(
        Array.from({ length: indices.length / 2 }, (_, pair) =>
          Float32Array.from(indices.slice(2 * pair, 2 * pair + 2)),
        ),
      );
    },
  };
  const video = fakeVideo();
  const reader = fakeReader([video]);
  const features = new VisionFeatures(new CacheBudget(limitBytes), encoder, 28);
  const pairs = (frameIndices: number[], changes: Partial<FramePairs> = {}): FramePairs => ({
    video,
    role: 'grounder',
    frameIndices,
    size: { height: 28, width: 84 },
    ...changes,
  });
  const load = async (shown: FramePairs, changes: Partial<FeatureWork> = {}) => {
    const loaded = await features.load(shown, {
      firstPair: 0,
      readFrames: (indices) => reader.readFrames(video, indices, shown.size, {}),
      onProgress: () => undefined,
      ...changes,
    });
    return loaded.map((values) => values && [...rowsInMemory(values)]);
  };
  return { encoded, decoded: reader.decoded, pairs, load };
}

test('pairs that were seen are neither decoded nor encoded again', async () => {
  const { encoded, decoded, pairs, load } = setUp();
  await load(pairs([0, 10, 20, 30]));
  expect(await load(pairs([20, 30, 40, 50], { role: 'answerer' }))).toEqual([
    [20, 30],
    [40, 50],
  ]);
  expect(encoded).toEqual([
    [0, 10],
    [20, 30],
    [40, 50],
  ]);
  expect(decoded).toEqual([0, 10, 20, 30, 40, 50]);
});

test('another size, another video or an adapted tower is something else', async () => {
  const { encoded, pairs, load } = setUp();
  await load(pairs([0, 10]));
  await load(pairs([0, 10], { size: { height: 56, width: 84 } }));
  await load(pairs([0, 10], { video: fakeVideo({ identity: 'other' }) }));
  await load(pairs([0, 10], { role: 'verifier' }));
  expect(encoded).toHaveLength(4);
});

test('frames that a short clip repeats are decoded once', async () => {
  const { decoded, pairs, load } = setUp();
  expect(await load(pairs([0, 1, 1, 1, 1, 2]))).toEqual([
    [0, 1],
    [1, 1],
    [1, 2],
  ]);
  expect(decoded).toEqual([0, 1, 2]);
});

test('pairs before the first one needed are left alone', async () => {
  const { encoded, pairs, load } = setUp();
  expect(await load(pairs([0, 1, 2, 3]), { firstPair: 1 })).toEqual([undefined, [2, 3]]);
  expect(encoded).toEqual([[2, 3]]);
});

test('frames to be saved are decoded even when their features are kept', async () => {
  const { encoded, pairs, load } = setUp();
  const saved: number[] = [];
  await load(pairs([0, 10, 20, 30]));
  await load(pairs([0, 10, 20, 30]), {
    saveFrame: (frame) => {
      saved.push(frame.frameIndex);
      return Promise.resolve();
    },
  });
  expect(saved).toEqual([0, 10, 20, 30]);
  expect(encoded).toHaveLength(2);
});

test('a budget too small for all pairs still gives all of them', async () => {
  const { pairs, load } = setUp(8);
  const all = [
    [0, 1],
    [2, 3],
    [4, 5],
  ];
  expect(await load(pairs([0, 1, 2, 3, 4, 5]))).toEqual(all);
  expect(await load(pairs([0, 1, 2, 3, 4, 5]))).toEqual(all);
});

test('small pairs are encoded several at a time, the last ones as they are', async () => {
  const { encoded, pairs, load } = setUp(1_000, 2);
  await load(pairs([20, 30]));
  expect(await load(pairs([0, 10, 20, 30, 40, 50, 60, 70]))).toEqual([
    [0, 10],
    [20, 30],
    [40, 50],
    [60, 70],
  ]);
  expect(encoded).toEqual([
    [20, 30],
    [0, 10, 40, 50],
    [60, 70],
  ]);
});

test('progress counts pairs, those kept included', async () => {
  const { pairs, load } = setUp();
  const told: [number, number][] = [];
  const onProgress = (done: number, total: number) => told.push([done, total]);
  await load(pairs([0, 1]));
  await load(pairs([0, 1, 2, 3, 4, 5]), { onProgress });
  expect(told).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});
