import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { createResampler } from './resample.ts';
import { writePng } from './write-png.ts';

function noise(width: number, height: number): Uint8Array {
  let state = 1;
  return Uint8Array.from(
    { length: width * height * 3 },
    () => (state = (state * 48_271) % 2_147_483_647) & 255,
  );
}

describe('a resampler', () => {
  it('changes nothing when the size stays', () => {
    const image = noise(31, 17);
    expect(createResampler({ width: 31, height: 17 }, { width: 31, height: 17 })(image)).toEqual(image);
  });

  it.each([
    [7, 5, 28, 28],
    [640, 3, 28, 56],
    [61, 97, 56, 28],
    [1, 1, 28, 28],
  ])('keeps a plain colour from %i×%i to %i×%i', (width, height, targetWidth, targetHeight) => {
    const plain = new Uint8Array(width * height * 3).fill(201);
    const result = createResampler({ width, height }, { width: targetWidth, height: targetHeight })(plain);
    expect(result).toEqual(new Uint8Array(targetWidth * targetHeight * 3).fill(201));
  });

  it('clamps overshoot and does not mix colours', () => {
    const edge = new Uint8Array(8 * 3);
    for (let x = 4; x < 8; x++) edge[x * 3 + 1] = 255;
    const result = createResampler({ width: 8, height: 1 }, { width: 16, height: 1 })(edge);
    expect([...result].filter((_, index) => index % 3 !== 1)).toEqual(new Array<number>(32).fill(0));
    const green = [...result].filter((_, index) => index % 3 === 1);
    expect(green.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(green.slice(-6)).toEqual([255, 255, 255, 255, 255, 255]);
    expect(green[7]! + green[8]!).toBe(255);
  });
});

describe('a saved frame', () => {
  it('is the frame', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'png-'));
    try {
      const rgb = noise(28, 56);
      await writePng(path.join(folder, 'frame.png'), rgb, { width: 28, height: 56 });
      const png = PNG.sync.read(await readFile(path.join(folder, 'frame.png')));
      expect([png.width, png.height]).toEqual([28, 56]);
      expect(Uint8Array.from(png.data.filter((_, index) => index % 4 !== 3))).toEqual(rgb);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
