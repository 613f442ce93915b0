import { expect, test } from 'vitest';
import { engineErrorOf } from '../testing/engine-error.ts';
import { decodeToFloat32 } from './stored-tensor.ts';

/** Little-endian bytes of 16-bit words, at an odd address if asked for. */
function words(values: readonly number[], unaligned = false): Uint8Array {
  const buffer = new Uint8Array(values.length * 2 + 1);
  const bytes = buffer.subarray(unaligned ? 1 : 0, values.length * 2 + (unaligned ? 1 : 0));
  values.forEach((value, index) => bytes.set([value & 0xff, value >> 8], index * 2));
  return bytes;
}

test.each([false, true])('decodes bfloat16 (unaligned: %s)', (unaligned) => {
  const values = decodeToFloat32(words([0x3f80, 0xc000, 0x0000, 0x8000, 0x7f80, 0x0001], unaligned), 'BF16');
  expect([...values]).toEqual([1, -2, 0, -0, Infinity, 2 ** -133]);
  expect(decodeToFloat32(words([0x7fc0]), 'BF16')[0]).toBeNaN();
});

test.each([false, true])(
  'decodes half precision, subnormal numbers included (unaligned: %s)',
  (unaligned) => {
    const halves = [0x3c00, 0xc000, 0x0000, 0x8000, 0x7c00, 0xfc00, 0x0001, 0x83ff, 0x7bff, 0x0400];
    const expected = [1, -2, 0, -0, Infinity, -Infinity, 2 ** -24, -1023 * 2 ** -24, 65504, 2 ** -14];
    expect([...decodeToFloat32(words(halves, unaligned), 'F16')]).toEqual(expected);
    expect(decodeToFloat32(words([0x7e00]), 'F16')[0]).toBeNaN();
  },
);

test('decodes every half as arithmetic does', () => {
  const halves = Array.from({ length: 65_536 }, (_, index) => index);
  const decoded = decodeToFloat32(words(halves), 'F16');
  for (const half of halves) {
    const exponent = (half >> 10) & 31;
    if (exponent === 31) continue;
    const fraction = (half & 1023) / 1024;
    const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
    expect(decoded[half]).toBe(half >> 15 === 1 ? -size : size);
  }
});

test('decodes float32 at any address', () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -0.25, true);
  expect([...decodeToFloat32(bytes.subarray(1), 'F32')]).toEqual([1.5, -0.25]);
});

test.each(['I8', 'F8_E4M3', 'F64'] as const)(
  'refuses %s, which plain weights are not stored in',
  async (dtype) => {
    const error = await engineErrorOf(() => decodeToFloat32(new Uint8Array(8), dtype));
    expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
    expect(error.message).toContain(dtype);
  },
);
