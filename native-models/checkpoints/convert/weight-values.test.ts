import { describe, expect, it } from 'vitest';
import { digitsOf, largestPairSum, outlierDigitRows, outlierDigits } from '../../onnx/weight-recipe.ts';
import { quantizeBlocks, quantizeColumns } from './weight-values.ts';

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

  it('adds the digits of outlier inputs: products come out as if exact', () => {
    const [outputs, inputs, outliers] = [5, 40, [3, 17]];
    const values = scattered(outputs * inputs);
    const { integers, scales } = quantizeColumns(values.slice(), outputs, inputs, {
      outlierInputs: outliers,
    });
    expect(integers.length).toBe(outputs * (inputs + outliers.length * outlierDigitRows));
    const steps = [1500, -411]; // of the outlier channels, in units of the row scale
    const divided = (input: number) => (steps[outliers.indexOf(input)] ?? 0) / outlierDigits.step;
    const activations = [
      ...Array.from({ length: inputs }, (_, input) => Math.round(divided(input))),
      ...digitsOf(outliers).map(({ channel, offset, step }) =>
        Math.round((divided(channel) + offset) / step),
      ),
    ];
    for (let output = 0; output < outputs; output++) {
      const expected = outliers.reduce(
        (sum, input, index) => sum + values[output * inputs + input]! * steps[index]!,
        0,
      );
      const sum = activations.reduce(
        (total, digit, row) => total + digit * integers[row * outputs + output]!,
        0,
      );
      // Half a step of each channel, of its weight and of the weight's remainder.
      expect(Math.abs(sum * scales[output]! - expected)).toBeLessThan(scales[output]! * 2 * (64 + 64 + 9));
    }
  });

  it('divides the scales of outlier outputs', () => {
    const { integers, scales } = quantizeColumns(Float32Array.of(1, 100, 1, 5, 5, 5), 2, 3, {
      outlierOutputs: [1],
    });
    expect(Array.from(scales)).toEqual([100 / 127, 5 / 127 / outlierDigits.step].map(Math.fround));
    expect(Array.from(integers)).toEqual([1, 127, 127, 127, 1, 127]);
  });

  it('turns a channel of zeros into zeros', () => {
    const { integers, scales } = quantizeColumns(new Float32Array(4), 2, 2);
    expect([...integers, ...scales]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('pair-limited columns', () => {
  /** Spread like weights: sums of six even values. */
  function bellShaped(length: number): Float32Array {
    const even = scattered(6 * length);
    return Float32Array.from({ length }, (_, index) =>
      even.subarray(6 * index, 6 * index + 6).reduce((sum, value) => sum + value, 0),
    );
  }

  it('keep every two neighbours within the limit, whatever the values', () => {
    for (const [outputs, inputs, outlierInputs] of [
      [70, 33, []],
      [9, 64, [2, 5]],
      [4, 15, [0, 3, 14]], // pairs lie across the borders of channels and digits
    ] as const) {
      const values = scattered(outputs * inputs).map((value) => value ** 3);
      values.fill(1, 0, inputs); // a column of which all pairs exceed it
      const { integers } = quantizeColumns(values, outputs, inputs, { outlierInputs, pairLimited: true });
      const rows = integers.length / outputs;
      for (let output = 0; output < outputs; output++) {
        for (let row = 0; row + 1 < rows; row += 2) {
          const sum = integers[row * outputs + output]! + integers[(row + 1) * outputs + output]!;
          expect(Math.abs(sum)).toBeLessThanOrEqual(largestPairSum);
        }
      }
    }
  });

  it('cost far less than weights of seven bits', () => {
    const [outputs, inputs] = [24, 1280];
    const values = bellShaped(outputs * inputs);
    const error = (pairLimited: boolean): number => {
      const { integers, scales } = quantizeColumns(values.slice(), outputs, inputs, { pairLimited });
      return Math.hypot(
        ...values.map((value, index) => {
          const [output, input] = [Math.floor(index / inputs), index % inputs];
          return value - integers[input * outputs + output]! * scales[output]!;
        }),
      );
    };
    expect(error(true) / error(false)).toBeLessThan(1.4);
  });

  it('are as fine as ever where no pair exceeds the limit', () => {
    const values = Float32Array.of(1, 0.001, -0.5, 0.4, -0.002, 0.9);
    expect(quantizeColumns(values, 1, 6, { pairLimited: true })).toEqual(quantizeColumns(values, 1, 6));
  });

  it('do not cut the digits of outlier channels, whose activations are large', () => {
    const [inputs, outlierInputs] = [8, [1, 6]];
    const values = Float32Array.of(0.1, 1, -0.2, 0.3, 0.1, -0.1, 0.95, 0.2);
    const { integers, scales } = quantizeColumns(values, 1, inputs, { outlierInputs, pairLimited: true });
    for (const [row, { channel, step }] of digitsOf(outlierInputs).entries()) {
      if (step !== 1) continue;
      const restored = integers[inputs + row]! * scales[0]!;
      expect(Math.abs(restored - values[channel]!)).toBeLessThanOrEqual(scales[0]! / 2 + 1e-7);
    }
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

describe('the digits of outlier channels', () => {
  it('are together as fine as an ordinary channel, and prefer no direction', () => {
    const { step } = outlierDigits;
    let bias = 0;
    let counted = 0;
    for (let value = -900.1; value <= 900; value += 0.37, counted++) {
      for (const channel of [0, 1]) {
        const times = digitsOf([0, 1]).filter((digit) => digit.channel === channel && digit.step === 1);
        const rounded = times.map(({ offset }) => Math.round(value / step + offset));
        const sum = [Math.round(value / step), ...rounded].reduce((total, digit) => total + digit, 0);
        expect(Math.abs(sum - value)).toBeLessThanOrEqual(0.5001);
        bias += sum - value;
      }
    }
    expect(Math.abs(bias / counted)).toBeLessThan(0.02);
  });
});
