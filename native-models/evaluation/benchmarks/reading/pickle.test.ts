import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writePickle } from '../../testing/write-pickle.ts';
import { readPickle } from './pickle.ts';

test('plain data comes back as it was written', () => {
  const value = new Map([
    [
      'id',
      [
        ['a', 'dog'],
        [1.5, 4],
        [null, true, false],
      ],
    ],
  ]);
  expect(readPickle(writePickle(value))).toEqual(value);
});

test('protocol 4 with its frames, short texts and memo is read', () => {
  // pickle.dumps({'a': [1, 300, -5], 'b': ('x', 'x')}, protocol=4)
  const bytes = Buffer.from(
    '80049523000000000000007d94288c0161945d94284b014d2c014afbffffff658c0162948c01789468048694752e',
    'hex',
  );
  const value = readPickle(bytes);
  expect(value).toEqual(
    new Map<string, unknown>([
      ['a', [1, 300, -5]],
      ['b', ['x', 'x']],
    ]),
  );
});

test('a pickle that would make an object is refused', () => {
  const bytes = Buffer.from('\x80\x02cos\nsystem\nq\x00X\x02\x00\x00\x00lsq\x01\x85R.', 'latin1');
  expect(() => readPickle(bytes)).toThrow('more than plain data');
});

test('no bytes make it hang or fail otherwise than by a named error', () => {
  const good = writePickle(new Map([['id', [['a'], [1.5]]]]));
  const damaged = fc
    .tuple(fc.nat(good.length - 1), fc.uint8Array({ maxLength: 6 }), fc.boolean())
    .map(([at, bytes, cut]) =>
      Buffer.concat([good.subarray(0, at), bytes, cut ? Buffer.of() : good.subarray(at)]),
    );
  fc.assert(
    fc.property(
      fc.oneof(
        damaged,
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        try {
          readPickle(bytes);
        } catch (error) {
          expect([SyntaxError, RangeError].some((kind) => error instanceof kind)).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});
