import { expect, test, vi } from 'vitest';
import type { Frame } from '../../media/video.ts';
import { createAgent } from '../agent.ts';
import { request, setUp } from '../test-support/fake-agent.ts';
import { fakeReader, fakeVideo } from '../test-support/fake-video.ts';
import { mostHeldBytes, readTogether } from './read-together.ts';

const video = fakeVideo();
const small = { height: 28, width: 28 };

async function indicesOf(frames: AsyncIterable<Frame>): Promise<number[]> {
  const indices: number[] = [];
  for await (const { frameIndex } of frames) indices.push(frameIndex);
  return indices;
}

test('decodes small frames of all prompts once, when the first of them are needed', async () => {
  const reader = fakeReader([video]);
  const together = readTogether(reader, () => [1, 2, 9, 5]);
  expect(reader.decoded).toEqual([]);
  expect(await indicesOf(together.readFrames(video, [5, 9], small, {}))).toEqual([5, 9]);
  expect(reader.decoded).toEqual([1, 2, 5, 9]);
  expect(await indicesOf(together.readFrames(video, [1, 2, 5], small, {}))).toEqual([1, 2, 5]);
  expect(reader.decoded).toEqual([1, 2, 5, 9]);
});

test('decodes what nobody expected when it is asked for', async () => {
  const reader = fakeReader([video]);
  const together = readTogether(reader, () => [1, 2]);
  await indicesOf(together.readFrames(video, [1], small, {}));
  expect(await indicesOf(together.readFrames(video, [2, 30], small, {}))).toEqual([2, 30]);
});

test('leaves frames that are large together to each prompt', async () => {
  const reader = fakeReader([video]);
  const together = readTogether(reader, () => [1, 2, 3]);
  const large = { height: 1, width: Math.ceil(mostHeldBytes / 3 / 3) };
  expect(await indicesOf(together.readFrames(video, [1], large, {}))).toEqual([1]);
  expect(reader.decoded).toEqual([1]);
});

test('reads another size for itself', async () => {
  const reader = fakeReader([video]);
  const together = readTogether(reader, () => [1, 2]);
  await indicesOf(together.readFrames(video, [1], small, {}));
  const sizes = vi.spyOn(reader, 'readFrames');
  const other = { height: 56, width: 28 };
  expect(await indicesOf(together.readFrames(video, [1, 2], other, {}))).toEqual([1, 2]);
  expect(sizes).toHaveBeenCalledWith(video, [1, 2], other, {});
});

test('the verifier starts decoders once for all its candidates', async () => {
  const { agent, reader } = await setUp();
  const readFrames = vi.spyOn(reader, 'readFrames');
  const calls: number[] = [];
  await agent.ask(request(), {
    onEvent: ({ type }) => {
      if (type === 'verifying' || type === 'ranked') calls.push(readFrames.mock.calls.length);
    },
  });
  expect((calls.at(-1) ?? 0) - (calls[0] ?? 0)).toBe(1);
});

test('what the answerer is shown of the first candidate is decoded along with the candidates', async () => {
  const { model, reader } = await setUp();
  const { budgets } = model.promptSet;
  const { minTokens, maxTokens } = budgets.verifier;
  // The grounder's first stays first.
  const alike = {
    ...model.promptSet,
    confidenceWeight: 100,
    budgets: { ...budgets, answerer: { ...budgets.answerer, minTokens, maxTokens } },
  };
  const agent = createAgent({ ...model, promptSet: alike }, { reader });
  const readFrames = vi.spyOn(reader, 'readFrames');
  const calls: number[] = [];
  const { record } = await agent.ask(request(), {
    onEvent: ({ type }) => {
      if (type === 'verifying' || type === 'answered') calls.push(readFrames.mock.calls.length);
    },
  });
  const best = record.candidates[0];
  const confidences = record.candidates.map(({ confidence }) => confidence);
  expect(best?.confidence).toBe(Math.max(...confidences));
  expect((calls.at(-1) ?? 0) - (calls[0] ?? 0)).toBe(1);
});

test('what the answerer is shown in another size is not decoded along with the candidates', async () => {
  const { agent, reader } = await setUp();
  let before = 0;
  let after = 0;
  const { trace } = await agent.ask(request(), {
    onEvent: ({ type }) => {
      if (type === 'grounded') before = reader.decoded.length;
      if (type === 'ranked') after = reader.decoded.length;
    },
  });
  const shown = new Set(trace?.verifier?.candidates.flatMap(({ frameIndices }) => frameIndices));
  expect(reader.decoded.slice(before, after).filter((frame) => !shown.has(frame))).toEqual([]);
  expect(after).toBeGreaterThan(before);
});
