import type { Device } from '../../protocol/roles.ts';
import type { AddedLibraries } from '../devices/added-parts.ts';
import { loadNeededLibraries } from '../devices/load-libraries.ts';
import type { RuntimeDefaults } from '../onnxruntime.ts';
import type { Runtime } from '../runtime.ts';
import { createCApiRuntime } from './c-api-runtime.ts';
import type { CProvider } from './session-options.ts';

/**
 * The binding to a device whose libraries were added.
 * @throws EngineError DEVICE_UNAVAILABLE; Error in the loader's words when a library does not load.
 */
export function createAddedRuntime(
  device: Device,
  libraries: AddedLibraries,
  provider: CProvider | undefined,
  defaults: RuntimeDefaults = {},
): Runtime {
  loadNeededLibraries(libraries);
  return createCApiRuntime({ device, libraryPath: libraries.runtimePath, provider }, defaults);
}
