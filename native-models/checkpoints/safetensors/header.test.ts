import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { engineErrorOf, expectOnlyEngineErrors } from '../testing/engine-error.ts';
import { makeTemporaryFolder, safetensorsBytes } from '../testing/temporary-checkpoint.ts';
import { parseHeader, parseHeaderLength } from './header.ts';
import { openSafetensors } from './weight-set.ts';

const file = '/models/model.safetensors';

/** Reads a whole file from memory, as openSafetensors does from disk. */
function parseFile(bytes: Uint8Array): ReturnType<typeof parseHeader> {
  const length = parseHeaderLength(bytes.subarray(0, 8), file, bytes.length);
  return parseHeader(bytes.subarray(8, 8 + length), file, bytes.length);
}

const a = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };
const b = { dtype: 'BF16', shape: [4], data_offsets: [16, 24] };

test('reads where tensors lie, whatever the order in the header', () => {
  const bytes = safetensorsBytes({ __metadata__: { format: 'pt' }, b, a }, 24);
  const tensors = parseFile(bytes);
  const dataStart = bytes.length - 24;
  expect([...tensors.keys()]).toEqual(['b', 'a']);
  expect(tensors.get('a')).toEqual({
    name: 'a',
    dtype: 'F32',
    shape: [2, 2],
    file,
    offset: dataStart,
    byteLength: 16,
  });
  expect(tensors.get('b')?.offset).toBe(dataStart + 16);
});

test('accepts scalars, empty tensors, trailing spaces and names of inherited properties', () => {
  const header = {
    scalar: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
    none: { dtype: 'F32', shape: [0, 7], data_offsets: [4, 4] },
    constructor: { dtype: 'U8', shape: [1], data_offsets: [4, 5] },
  };
  const tensors = parseFile(safetensorsBytes(`${JSON.stringify(header)}   `, 5));
  expect(tensors.size).toBe(3);
  expect(tensors.get('constructor')?.byteLength).toBe(1);
});

const deep = '['.repeat(5_000_000);

test.each<[string, unknown, number, RegExp]>([
  ['is not JSON', '{"a":', 0, /not JSON/],
  ['is not UTF-8', '{"\uD800":1}', 0, /"\ufffd" is not described by an object/],
  ['is a list', '[1]', 0, /does not begin with "{"/],
  ['is a number', '12345', 0, /does not begin with "{"/],
  ['is nested without end', `{"a":${deep}`, 0, /nested too deeply/],
  ['has endless lists', `{"a":{"shape":[${'1,'.repeat(3_000_000)}1]}}`, 0, /more than any model has/],
  ['is empty', '', 0, /header is empty/],
  [
    'names a tensor twice',
    `{"a":${JSON.stringify(a)},"\\u0061":${JSON.stringify(a)}}`,
    16,
    /names a tensor twice/,
  ],
  [
    'has a field twice',
    '{"a":{"dtype":"F32","dtype":"U8","shape":[],"data_offsets":[0,4]}}',
    4,
    /field twice/,
  ],
  ['names a prototype', `{"__proto__":${JSON.stringify(a)}}`, 16, /name that is not allowed/],
  ['has an endless name', { ['x'.repeat(2000)]: a }, 16, /a name of 2000 characters/],
  ['has no name', { '': a }, 16, /name that is not allowed/],
  ['has text for a tensor', { a: 'F32' }, 0, /not described by an object/],
  ['has null for a tensor', { a: null }, 0, /not described by an object/],
  ['has an unknown dtype', { a: { ...a, dtype: 'F12' } }, 16, /unknown dtype "F12"/],
  ['has an inherited dtype', { a: { ...a, dtype: 'toString' } }, 16, /unknown dtype "toString"/],
  ['has no dtype', { a: { shape: [1], data_offsets: [0, 4] } }, 4, /unknown dtype null/],
  ['has an unknown field', { a: { ...a, strides: [1] } }, 16, /unknown field "strides"/],
  ['has negative sizes', { a: { ...a, shape: [-2, -2] } }, 16, /shape that is not a list of sizes/],
  ['has sizes that are no numbers', { a: { ...a, shape: '22' } }, 16, /shape that is not a list of sizes/],
  ['has broken sizes', { a: { ...a, shape: [1.5] } }, 16, /shape that is not a list of sizes/],
  ['has a size beyond counting', { a: { ...a, shape: [2 ** 53, 2 ** 53] } }, 16, /shape that is not a list/],
  [
    'has sizes that overflow',
    { a: { ...a, shape: [2 ** 40, 2 ** 40, 0.5 * 2 ** 40] } },
    16,
    /takes .* bytes/,
  ],
  ['has negative offsets', { a: { ...a, data_offsets: [-16, 0] } }, 16, /not two byte positions/],
  ['has three offsets', { a: { ...a, data_offsets: [0, 8, 16] } }, 16, /not two byte positions/],
  ['ends before it begins', { a: { ...a, data_offsets: [16, 0] } }, 16, /ends \(0\) before it begins \(16\)/],
  ['reaches past the file', { a }, 15, /ends at byte 16 of the data, but the file has 15/],
  ['has too few bytes', { a: { ...a, shape: [5] } }, 16, /F32 \[5\] takes 20 bytes, but 16 are given/],
  ['overlaps', { a, b: { ...b, data_offsets: [12, 20] } }, 20, /"b" overlaps/],
  ['overlaps wholly', { a, b: { ...a } }, 16, /overlaps/],
  [
    'has a hole',
    { a, b: { ...b, data_offsets: [20, 28] } },
    28,
    /4 bytes before tensor "b" belong to no tensor/,
  ],
  ['leaves bytes over', { a }, 17, /the last 1 bytes belong to no tensor/],
  ['has metadata that is no object', { __metadata__: 'pt' }, 0, /metadata is not an object/],
  ['has metadata that is no text', { __metadata__: { a: 1 } }, 0, /metadata holds something else/],
])('refuses a header that %s', async (_, header, dataBytes, message) => {
  const error = await engineErrorOf(() => parseFile(safetensorsBytes(header, dataBytes)));
  expect(error.code).toBe('SAFETENSORS_INVALID');
  expect(error.message).toContain(file);
  expect(error.message).toMatch(message);
});

test.each([
  ['claims more than the file', 1000n, /claims 1000 bytes, but the file has 24/],
  ['claims more than any file', 2n ** 64n - 1n, /claims 18446744073709551615 bytes/],
])('refuses a length that %s', async (_, length, message) => {
  const bytes = new Uint8Array(24);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  const error = await engineErrorOf(() => parseFile(bytes));
  expect(error.code).toBe('SAFETENSORS_INVALID');
  expect(error.message).toMatch(message);
});

test('refuses a header that is longer than the format allows, without reading it', async () => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, 200_000_000n, true);
  const error = await engineErrorOf(() => parseHeaderLength(bytes, file, 4_000_000_000));
  expect(error.message).toMatch(/at most 100000000 are allowed/);
});

test.each([[null], [{}]])('metadata of %j is none, as the reference library takes it', (metadata) => {
  const bytes = safetensorsBytes(
    { __metadata__: metadata, a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } },
    4,
  );
  const tensors = parseHeader(bytes.subarray(8, -4), 'a.safetensors', bytes.length);
  expect([...tensors.keys()]).toEqual(['a']);
});

test('refuses megabytes of metadata that are no tensors', async () => {
  const filler = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
  const error = await engineErrorOf(() => parseFile(safetensorsBytes({ ...filler, a }, 16)));
  expect(error.code).toBe('SAFETENSORS_INVALID');
});

test.each([
  ['an empty file', new Uint8Array(0)],
  ['a few bytes', new Uint8Array(5)],
  ['a text', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')],
])('refuses %s on disk', async (_, bytes) => {
  const path = join(await makeTemporaryFolder(), 'model.safetensors');
  await writeFile(path, bytes);
  const error = await engineErrorOf(() => openSafetensors(path));
  expect(error.code).toBe('SAFETENSORS_INVALID');
});

const hostileValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer(),
  fc.double(),
  fc.constantFrom('F32', 'BF16', '__proto__', 'constructor'),
);
const almostTensor = fc.record(
  {
    dtype: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('F32', 'BF16', 'U8') },
      { weight: 1, arbitrary: hostileValue },
    ),
    shape: fc.oneof(
      { weight: 4, arbitrary: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 3 }) },
      { weight: 1, arbitrary: hostileValue },
    ),
    data_offsets: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.nat({ max: 64 }), fc.nat({ max: 64 })) },
      { weight: 1, arbitrary: hostileValue },
    ),
  },
  { requiredKeys: [] },
);
const almostHeader = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('__proto__', '__metadata__', 'constructor', 'a')),
  fc.oneof({ weight: 4, arbitrary: almostTensor }, { weight: 1, arbitrary: hostileValue }),
  { maxKeys: 4 },
);

test('whatever the header holds, only a typed error comes out, and what is accepted lies within the file', async () => {
  await fc.assert(
    fc.asyncProperty(almostHeader, fc.nat({ max: 64 }), async (header, dataBytes) => {
      await expectOnlyEngineErrors(() => {
        const bytes = safetensorsBytes(header, dataBytes);
        for (const tensor of parseFile(bytes).values()) {
          expect(tensor.offset + tensor.byteLength).toBeLessThanOrEqual(bytes.length);
        }
      });
    }),
    { numRuns: 500 },
  );
});

test('whatever the bytes are, only a typed error comes out', async () => {
  const good = safetensorsBytes({ a, b }, 24);
  const damaged = fc
    .array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const bytes = Uint8Array.from(good);
      for (const [position, value] of changes) bytes[position] = value;
      return bytes;
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      await expectOnlyEngineErrors(() => parseFile(bytes));
    }),
    { numRuns: 500 },
  );
});
