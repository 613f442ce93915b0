import { expect, test } from 'vitest';
import { JpegStream } from './jpeg-stream.ts';

/** A header whose table holds what looks like an end, and data with a stuffed byte and a restart mark. */
const picture = (data: number): Buffer =>
  Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xdb, 0, 4, 0xff, 0xd9],
    ...[0xff, 0xda, 0, 3, 1, data, 0xff, 0, 0xff, 0xd0, data, 0xff, 0xd9],
  ]);

test.each([1, 3, 1000])('pictures are cut apart, %i bytes at a time', (bytesAtOnce) => {
  const bytes = Buffer.concat([picture(7), picture(8), picture(9)]);
  const stream = new JpegStream();
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    found.push(...stream.push(bytes.subarray(at, at + bytesAtOnce)).map((each) => Buffer.from(each)));
  }
  expect(found).toEqual([picture(7), picture(8), picture(9)]);
});
