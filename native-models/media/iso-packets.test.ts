import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listIsoPackets, readIsoOutline } from './iso-packets.ts';

const example = new URL('../fixtures/pack-2b/videos/b.mp4', import.meta.url).pathname;

describe('the index of an mp4 file', () => {
  let folder: string;
  let movie: DataView;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'iso-'));
    movie = (await readIsoOutline(example))!.movie!;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function outlineOf(bytes: Uint8Array): ReturnType<typeof readIsoOutline> {
    const file = path.join(folder, 'file');
    await writeFile(file, bytes);
    return readIsoOutline(file);
  }

  /** A copy of the index with four bytes changed, `offset` bytes behind the type of a box. */
  function changed(type: string, offset: number, value: number): DataView {
    const copy = Buffer.from(movie.buffer, movie.byteOffset, movie.byteLength);
    const bytes = Buffer.from(copy);
    bytes.writeUInt32BE(value, bytes.indexOf(type) + 4 + offset);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  it('lists the frames with their rate, times and key frames', () => {
    const list = listIsoPackets(movie)!;
    expect(list.packets).toHaveLength(509);
    expect(list.fps).toBe(30_000 / 1001);
    expect(list.packets.filter((packet) => packet.key)).toHaveLength(12);
    const times = list.packets.map((packet) => packet.time).sort((a, b) => a - b);
    expect(times).toEqual(Array.from({ length: 509 }, (_, index) => index * 1001));
  });

  it('leaves edits that hide frames to ffmpeg', () => {
    expect(listIsoPackets(changed('elst', 12, 4004))).toBeUndefined(); // starts two frames late
    expect(listIsoPackets(changed('elst', 8, 5000))).toBeUndefined(); // ends early
  });

  it('leaves tables that contradict each other to ffmpeg', () => {
    expect(listIsoPackets(changed('stsz', 8, 508))).toBeUndefined();
    expect(listIsoPackets(changed('stsz', 8, 0xffffffff))).toBeUndefined();
    expect(listIsoPackets(changed('stts', 8, 0xffffffff))).toBeUndefined();
    expect(listIsoPackets(changed('ctts', 4, 0xffffffff))).toBeUndefined();
    expect(listIsoPackets(changed('stss', 4, 0xffffffff))).toBeUndefined();
  });

  it('sees where a file breaks off', async () => {
    const bytes = await readFile(example);
    await expect(outlineOf(bytes)).resolves.toMatchObject({ hasMovie: true, truncated: false });
    await expect(outlineOf(bytes.subarray(0, bytes.length - 1))).resolves.toMatchObject({ truncated: true });
    await expect(outlineOf(bytes.subarray(0, 4))).resolves.toBeUndefined();
    await expect(outlineOf(Buffer.from('no video at all'))).resolves.toBeUndefined();
  });

  it('survives any damage', () => {
    const original = new Uint8Array(movie.buffer, movie.byteOffset, movie.byteLength);
    const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(damage, fc.nat(original.length), (changes, length) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        listIsoPackets(new DataView(bytes.buffer, 0, length));
        listIsoPackets(new DataView(bytes.buffer));
      }),
      { numRuns: 500 },
    );
  });
});
