import { createRequire } from 'node:module';
import { locateFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';

/**
 * The builds of ffmpeg that tests run with: the one in use, and the old one of @ffmpeg-installer/ffmpeg where it could be
 * installed (it is an optional dependency).
 */
export async function installedFfmpegs(): Promise<Ffmpeg[]> {
  const inUse = await locateFfmpeg();
  let packaged: { readonly path: string };
  try {
    packaged = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg') as { path: string };
  } catch {
    return [inUse];
  }
  if (packaged.path === inUse.path) return [inUse];
  return [inUse, await withFfmpeg(packaged.path, locateFfmpeg)];
}

/** Runs `work` with `FFMPEG_BIN` set to a binary. */
export async function withFfmpeg<T>(binary: string, work: () => Promise<T>): Promise<T> {
  const previous = process.env['FFMPEG_BIN'];
  process.env['FFMPEG_BIN'] = binary;
  try {
    return await work();
  } finally {
    if (previous === undefined) delete process.env['FFMPEG_BIN'];
    else process.env['FFMPEG_BIN'] = previous;
  }
}
