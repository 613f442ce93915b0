import { describe, expect, it } from 'vitest';
import { outlierDigitRows, outlierDigits } from '../../onnx/weight-recipe.ts';
import { outputChannels, quantizeBlocks, quantizeColumns } from './weight-values.ts';

/** Values without a pattern, the same at each run. */
function scattered(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

describe('quantizeColumns', () => {
  it('keeps every value within half a step of its output channel, transposed', () => {
    const [outputs, inputs] = [70, 33]; // more rows than a transposed block, and no round number
    const values = scattered(outputs * inputs);
    const { integers, scales } = quantizeColumns(values.slice(), outputs, inputs);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        const restored = integers[input * outputs + output]! * scales[output]!;
        const difference = Math.abs(restored - values[output * inputs + input]!);
        expect(difference).toBeLessThanOrEqual(scales[output]! / 2 + 1e-7);
      }
    }
  });

  it('uses the whole range of each output channel, and no more', () => {
    const { integers, scales } = quantizeColumns(Float32Array.of(1, -2, 0.5, 40, 10, -40), 2, 3);
    expect(Array.from(scales)).toEqual([Math.fround(2 / 127), Math.fround(40 / 127)]);
    expect(Array.from(integers)).toEqual([64, 127, -127, 32, 32, -127]);
  });

  it('replaces outlier inputs by their digits: products come out as if exact', () => {
    const [outputs, inputs, outliers] = [5, 40, [3, 17]];
    const values = scattered(outputs * inputs);
    const { integers, scales } = quantizeColumns(values.slice(), outputs, inputs, outliers);
    expect(integers.length).toBe(outputs * (inputs + outliers.length * outlierDigitRows));
    const steps = [1500, -411]; // of the outlier channels, in units of the row scale
    const digitsOf = (value: number) => {
      const coarse = Math.round(value / outlierDigits.coarseStep);
      const fine = value - coarse * outlierDigits.coarseStep;
      return [
        ...new Array<number>(outlierDigits.coarseStep).fill(coarse),
        fine,
        Math.round(value / outlierDigits.weightStep),
      ];
    };
    const parts = steps.map(digitsOf);
    for (let output = 0; output < outputs; output++) {
      const product = parts.flatMap((digits, channel) =>
        digits.map(
          (digit, part) => digit * integers[(inputs + part * outliers.length + channel) * outputs + output]!,
        ),
      );
      const expected = outliers.reduce(
        (sum, input, index) => sum + values[output * inputs + input]! * steps[index]!,
        0,
      );
      const actual = product.reduce((sum, value) => sum + value, 0) * scales[output]!;
      expect(Math.abs(actual - expected)).toBeLessThan(0.01 * 1500 * scales[output]! * 10);
      for (const input of outliers) expect(integers[input * outputs + output]).toBe(0);
    }
  });

  it('makes columns of outlier outputs zero', () => {
    const { integers, scales } = quantizeColumns(Float32Array.of(1, 100, 1, 5, 5, 5), 2, 3, [], [1]);
    expect(Array.from(scales)).toEqual([Math.fround(100 / 127), 0]);
    expect(Array.from(integers)).toEqual([1, 0, 127, 0, 1, 0]);
  });

  it('turns a channel of zeros into zeros', () => {
    const { integers, scales } = quantizeColumns(new Float32Array(4), 2, 2);
    expect([...integers, ...scales]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('quantizeBlocks', () => {
  it.each([
    [4, 32, 0.07],
    [8, 64, 0.005],
  ] as const)('keeps %i-bit values in blocks of %i within their step', (bits, blockSize, tolerance) => {
    const [outputs, inputs] = [3, blockSize * 2 + 5];
    const values = scattered(outputs * inputs);
    const { packed, scales } = quantizeBlocks(values, outputs, inputs, bits, blockSize);
    const blocks = Math.ceil(inputs / blockSize);
    expect(packed.length).toBe((outputs * blocks * blockSize * bits) / 8);
    const code = (index: number) =>
      bits === 8 ? packed[index]! : index % 2 === 0 ? packed[index >> 1]! & 15 : packed[index >> 1]! >> 4;
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        const block = output * blocks + Math.floor(input / blockSize);
        const restored = (code(block * blockSize + (input % blockSize)) - 2 ** (bits - 1)) * scales[block]!;
        expect(Math.abs(restored - values[output * inputs + input]!)).toBeLessThanOrEqual(tolerance * 2);
      }
    }
  });

  it('represents the value of largest magnitude of a block exactly', () => {
    const values = Float32Array.from({ length: 32 }, (_, index) => (index === 7 ? -0.8 : 0.1));
    const { packed, scales } = quantizeBlocks(values, 1, 32, 4, 32);
    expect(((packed[3]! >> 4) - 8) * scales[0]!).toBeCloseTo(-0.8, 6);
  });
});

it('takes out the weights of some output channels, transposed', () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6); // (3 outputs, 2 inputs)
  expect(Array.from(outputChannels(values, 2, [0, 2]))).toEqual([1, 5, 2, 6]);
});
