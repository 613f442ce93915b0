import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { zipPieces } from './zip-pieces.ts';
import type { ZipEntry } from './zip-pieces.ts';

it('packs a file that comes in parts part by part: a long clip is never whole in memory', async () => {
  const parts = [1, 2, 3].map((value) => new Uint8Array(10_000).fill(value));
  let given = 0;
  function* entries(): Generator<ZipEntry> {
    yield { name: 'text', content: new TextEncoder().encode('words '.repeat(9)) };
    yield { name: 'clip', content: inParts(parts), isPacked: true };
    yield { name: 'empty', content: inParts([]) };
  }
  async function* inParts(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    for (const part of all) {
      given++;
      yield await Promise.resolve(part);
    }
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(entries())) {
    // What was given so far has come out, all but the part at hand.
    const out = pieces.reduce((sum, { length }) => sum + length, 0);
    expect(out).toBeGreaterThanOrEqual((given - 1) * 10_000);
    pieces.push(piece);
  }
  const files = unzipSync(Buffer.concat(pieces));
  expect(Buffer.from(files['clip'] ?? [])).toEqual(Buffer.concat(parts));
  expect(new TextDecoder().decode(files['text'])).toBe('words '.repeat(9));
  expect(files['empty']).toHaveLength(0);
});
