import { describe, expect, it } from 'vitest';
import { RandomValues, toBfloat16 } from './random-values.ts';
import type { TensorSpec } from './tensor-list.ts';

const none = { channels: 0, factor: 1 };

function draw(values: RandomValues, tensor: TensorSpec): Float32Array {
  const bits = new Uint16Array(Uint8Array.from(Buffer.concat([...values.bytes(tensor)])).buffer);
  return new Float32Array(Uint32Array.from(bits, (bit) => bit << 16).buffer);
}

describe('random values', () => {
  it('depend on seed and name alone', () => {
    const weight: TensorSpec = { name: 'a.weight', shape: [40, 50], values: 'weight' };
    const values = new RandomValues(7, none);
    draw(values, { ...weight, name: 'another', shape: [3] });
    expect(draw(values, weight)).toEqual(draw(new RandomValues(7, none), weight));
    expect(draw(values, weight)).not.toEqual(draw(new RandomValues(8, none), weight));
    expect(draw(values, weight)).not.toEqual(draw(values, { ...weight, name: 'b.weight' }));
  });

  it('fill a tensor larger than the repeated block, with the deviation of trained weights', () => {
    const drawn = draw(new RandomValues(1, none), { name: 'w', shape: [1500, 3000], values: 'weight' });
    expect(drawn).toHaveLength(4_500_000);
    const deviation = Math.sqrt(drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length);
    expect(deviation).toBeCloseTo(0.02, 3);
  });

  it('give norms outliers in the same channels of every layer', () => {
    const values = new RandomValues(3, { channels: 6, factor: 20 });
    const large = (name: string) =>
      [...draw(values, { name, shape: [256], values: 'outlierNorm' }).entries()]
        .filter(([, value]) => value > 10)
        .map(([channel]) => channel);
    expect(large('layer 0')).toHaveLength(6);
    expect(large('layer 0')).toEqual(large('layer 1'));
    expect(draw(values, { name: 'plain', shape: [256], values: 'norm' }).every((value) => value < 1.2)).toBe(
      true,
    );
  });

  it('are rounded to bf16 half to even', () => {
    expect(toBfloat16(1)).toBe(0x3f80);
    expect(toBfloat16(1 + 2 ** -8)).toBe(0x3f80);
    expect(toBfloat16(1 + 3 * 2 ** -8)).toBe(0x3f82);
    expect(toBfloat16(-2)).toBe(0xc000);
  });
});
