import { writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import type { FrameSize } from './video.ts';

/**
 * Writes an RGB image, (height, width, 3) uint8 row-major, as a PNG file.
 * @throws what writing the file throws (a full disk, a folder without permission).
 */
export async function writePng(filePath: string, rgb: Uint8Array, size: FrameSize): Promise<void> {
  const png = new PNG({ width: size.width, height: size.height, colorType: 2 });
  for (let pixel = 0; pixel < size.width * size.height; pixel++) {
    png.data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    png.data[pixel * 4 + 3] = 255;
  }
  await writeFile(filePath, PNG.sync.write(png, { colorType: 2 }));
}
