import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { PinnedWheel } from '../host/devices/device-parts.ts';
import type { WheelFetching } from '../host/devices/fetch-wheel.ts';
import { fetchWheel } from '../host/devices/fetch-wheel.ts';
import { unpackWheel } from '../host/devices/unpack-wheel.ts';
import { ffmpegWheels } from './ffmpeg-wheels.ts';

/** Where ffmpeg is put for electron-builder.yml to find it, below the program's folder. */
export const broughtFfmpegFolder = path.join('.cache', 'ffmpeg');

/**
 * Brings the build of FFmpeg that an installer takes along, by its pinned checksum, into `<folder>/<platform>-<arch>`; gives the
 * program's path.
 * @param target platform and processor as Node names them: `linux-x64`
 * @throws EngineError ARGUMENT_INVALID for a target without one; else as `fetchWheel` and `unpackWheel`.
 */
export async function bringFfmpeg(
  target: string,
  folder: string,
  fetching: WheelFetching,
  wheels: Readonly<Record<string, PinnedWheel>> = ffmpegWheels,
): Promise<string> {
  const wheel = wheels[target];
  if (wheel === undefined) throw new EngineError('ARGUMENT_INVALID', `No FFmpeg is pinned for ${target}.`);
  const wheelPath = await fetchWheel(wheel, path.join(folder, 'wheels'), fetching);
  const targetFolder = path.join(folder, target);
  await rm(targetFolder, { recursive: true, force: true });
  await mkdir(targetFolder, { recursive: true });
  const unpacked = await unpackWheel(wheelPath, wheel.libraries, targetFolder, fetching.signal);
  const program = path.join(targetFolder, target.startsWith('win32') ? 'ffmpeg.exe' : 'ffmpeg');
  await rename(path.join(targetFolder, unpacked[0]?.name ?? ''), program);
  await chmod(program, 0o755);
  return program;
}
