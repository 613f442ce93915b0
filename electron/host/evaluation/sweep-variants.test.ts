import { describe, expect, it } from 'vitest';
import { sweepVariants } from './sweep-variants.ts';

const axes = [
  { name: 'temperature', values: ['0', '0.7'] },
  { name: 'maxFrames', values: ['32', '64'] },
];
const isSampled = ({ temperature = '0' }: Readonly<Record<string, string>>): boolean =>
  Number(temperature) > 0;

describe('a sweep', () => {
  it('has every combination, those that sample as often as they are repeated and the others once', () => {
    const variants = sweepVariants(axes, 3, isSampled);
    expect(variants).toHaveLength(2 * (1 + 3));
    expect(variants.map(({ folder }) => folder)).toEqual([
      ...['maxFrames=32,temperature=0', 'maxFrames=64,temperature=0'],
      ...[1, 2, 3].map((repeat) => `maxFrames=32,temperature=0.7,repeat=${repeat}`),
      ...[1, 2, 3].map((repeat) => `maxFrames=64,temperature=0.7,repeat=${repeat}`),
    ]);
  });

  it('names folders alike in whatever order settings come, and so that every file system takes them', () => {
    const one = sweepVariants([...axes].reverse(), 1, isSampled).map(({ folder }) => folder);
    expect(new Set(one)).toEqual(new Set(sweepVariants(axes, 1, isSampled).map(({ folder }) => folder)));
    const [odd] = sweepVariants([{ name: 'instructions', values: ['../a*b.txt'] }], 1, isSampled);
    expect(odd?.folder).toBe('instructions=..%2Fa%2Ab.txt');
  });
});
