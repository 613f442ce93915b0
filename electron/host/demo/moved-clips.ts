import { stat } from 'node:fs/promises';
import path from 'node:path';
import { demoClips } from './demo-handlers.ts';

/**
 * Where a clip of the program's own lies now, if this video was one: an AppImage is mounted at another place at each start, and
 * an update may go elsewhere. It is the same clip by its name, the folders that it lies in, and its size.
 *
 * @param assetsPath the program's assets, as of this start.
 * @returns undefined for every other video, and where it is not there.
 */
export async function findMovedClip(
  assetsPath: string,
  video: { readonly path: string; readonly bytes: number },
): Promise<string | undefined> {
  for (const clip of await demoClips(assetsPath)) {
    const place = path.relative(path.dirname(assetsPath), clip.path);
    if (clip.path === video.path || !video.path.endsWith(path.sep + place)) continue;
    const found = await stat(clip.path).catch(() => undefined);
    if (found?.size === video.bytes) return clip.path;
  }
  return undefined;
}
