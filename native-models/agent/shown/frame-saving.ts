import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePng } from '../../media/write-png.ts';
import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import type { FrameSize } from '../../media/video.ts';
import { EngineError, toEngineError } from '../../protocol/errors.ts';
import { speakerSchema } from '../../protocol/roles.ts';
import type { Speaker } from '../../protocol/roles.ts';

/**
 * Makes the folder for saved frames. Those of a question before are taken away: which frames belong to which question could not
 * be told. Throws OUTPUT_UNWRITABLE or DISK_FULL.
 */
export async function prepareFrameFolder(path: string): Promise<void> {
  await makeFolder(path).catch((error: unknown) => throwUnwritable(path, error));
  const roles = speakerSchema.options.join('|');
  const saved = new RegExp(`^(${roles})-\\d+\\.png$`);
  for (const name of await readdir(path).catch((error: unknown) => throwUnwritable(path, error))) {
    if (saved.test(name)) await rm(join(path, name), { force: true });
  }
}

/**
 * Saves a frame as the role saw it, `<role>-<frameIndex>.png`; float values are rounded and clamped for that.
 * Throws OUTPUT_UNWRITABLE or DISK_FULL.
 */
export async function saveFrame(
  folder: string,
  role: Speaker,
  frame: TowerFrame,
  size: FrameSize,
): Promise<void> {
  const path = join(folder, `${role}-${frame.frameIndex}.png`);
  await writePng(path, bytesOf(frame.rgb), size).catch((error: unknown) => throwUnwritable(path, error));
}

function bytesOf(rgb: TowerFrame['rgb']): Uint8Array {
  return rgb instanceof Uint8Array ? rgb : new Uint8Array(Uint8ClampedArray.from(rgb).buffer);
}

/** Like `mkdir -p`. Node's own recursive mkdir never comes back where a file system refuses with ENOENT (/proc). */
async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}

function throwUnwritable(path: string, error: unknown): never {
  const known = toEngineError(error);
  if (known.code === 'DISK_FULL') throw known;
  throw new EngineError('OUTPUT_UNWRITABLE', `${path} cannot be written.`, { cause: error });
}
