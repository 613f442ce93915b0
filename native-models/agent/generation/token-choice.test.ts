import { expect, test } from 'vitest';
import {
  greedyChoice,
  mostLikely,
  seededRandom,
  softmax,
  tokenChoice,
  withRepetitionPenalty,
} from './token-choice.ts';

const logits = Float32Array.of(0, Math.log(2), Math.log(5));

test('greedy takes the largest logit, the first of equals', () => {
  expect(tokenChoice(0, () => 0.99).choose(logits)).toBe(2);
  expect(mostLikely(Float32Array.of(1, 3, 3))).toBe(1);
});

test('softmax gives probabilities over all logits, large ones too', () => {
  expect([...softmax(logits)]).toEqual(
    [0.125, 0.25, 0.625].map((value) => expect.closeTo(value, 6) as number),
  );
  expect(softmax(Float32Array.of(1000, 1000))[0]).toBe(0.5);
});

test('a temperature draws in proportion to the softmax', () => {
  const random = seededRandom(7);
  const choice = tokenChoice(1, random);
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 8000; draw++) counts[choice.choose(logits)]!++;
  expect(counts[0]! / 8000).toBeCloseTo(0.125, 1);
  expect(counts[2]! / 8000).toBeCloseTo(0.625, 1);
});

test('a seed repeats its numbers, another gives others, beyond 32 bits too', () => {
  const draw = (seed: number) => Array.from({ length: 4 }, seededRandom(seed));
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw(3)).not.toEqual(draw(3 + 2 ** 32));
  expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
});

test('logits that are not finite are an error, not a token', () => {
  expect(() => mostLikely(Float32Array.of(NaN, NaN))).toThrow('no finite logits');
});

test('a repetition penalty lowers what was read or said, each token once', () => {
  const choice = withRepetitionPenalty(greedyChoice, 2, [0, 0, 1]);
  expect(choice.choose(Float32Array.of(4, -1, 1.5, -1.5))).toBe(0);
  expect(choice.choose(Float32Array.of(3, -1, 1.6, -1.5))).toBe(2);
  expect(choice.choose(Float32Array.of(1, -1, 1, -1.5))).toBe(0);
  expect(choice.choose(Float32Array.of(-1, -1, -1, -1.5))).toBe(3);
  const given = Float32Array.of(4, 0, 0, 0);
  choice.choose(given);
  expect([...given]).toEqual([4, 0, 0, 0]);
});
