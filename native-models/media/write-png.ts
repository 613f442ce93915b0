import { writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import type { FrameSize } from './video.ts';

/** An RGB image, (height, width, 3) uint8 row-major, as a data URL of a PNG. */
export function pngDataUrl(rgb: Uint8Array, { width, height }: FrameSize): string {
  const png = new PNG({ width, height });
  png.data = Buffer.from(rgb);
  const bytes = PNG.sync.write(png, { colorType: 2, inputColorType: 2, inputHasAlpha: false });
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

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
