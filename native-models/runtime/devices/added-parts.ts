import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Device } from '../../protocol/roles.ts';

/** What the host writes beside the libraries that were added for a device (electron/host/devices). */
const partsFileSchema = z.object({
  version: z.string(),
  runtimeLibrary: z.string().regex(/^[\w.-]+$/),
  libraries: z.array(z.object({ name: z.string().regex(/^[\w.-]+$/), bytes: z.number() })),
});

/** Libraries that were added for a device. */
export interface AddedLibraries {
  /** ONNX Runtime's. */
  readonly runtimePath: string;
  readonly folder: string;
  /** Which libraries they are, with their versions, in words. */
  readonly version: string;
  /** All of them, by file name. */
  readonly names: readonly string[];
}

/** What was added for a device with `devices add`; undefined where nothing was, or not all of it is there. */
export function addedLibraries(
  device: Device,
  devicesFolder = process.env['VIDEOMIND_DEVICES_DIR'],
): AddedLibraries | undefined {
  if (devicesFolder === undefined) return undefined;
  const folder = path.join(devicesFolder, device);
  const file = partsFileSchema.safeParse(readJson(path.join(folder, 'parts.json'))).data;
  if (file === undefined) return undefined;
  const names = file.libraries.map(({ name }) => name);
  if (!names.every((name) => existsSync(path.join(folder, name)))) return undefined;
  return { runtimePath: path.join(folder, file.runtimeLibrary), folder, names, version: file.version };
}

function readJson(filePath: string): unknown {
  try {
    return JSON.parse(readFileSync(filePath, 'utf8'));
  } catch {
    return undefined;
  }
}
