import { EngineError } from '../protocol/errors.ts';
import { bundledLibraryPath } from './binding-files.ts';
import { addedLibraries } from './devices/added-parts.ts';
import type { RuntimeDefaults } from './onnxruntime.ts';
import { createOnnxRuntime } from './onnxruntime.ts';
import { providerOf } from './provider-table.ts';
import type { DeviceChoice } from './providers.ts';
import type { Runtime } from './runtime.ts';

/**
 * The binding that a device was chosen with. Through the C API the processor computes with the library that onnxruntime-node
 * brings, or with the one that ONNXRUNTIME_LIBRARY names; other devices with the libraries that were added for them.
 * @throws EngineError DEVICE_UNAVAILABLE when the library cannot be used.
 */
export async function createRuntime(choice: DeviceChoice, defaults: RuntimeDefaults = {}): Promise<Runtime> {
  const { device, runtime } = choice;
  if (runtime === 'onnxruntime-node') return createOnnxRuntime(choice, defaults);
  // Loaded here: where foreign functions cannot be called, everything else still works.
  if (device === 'cpu') {
    const { createCApiRuntime } = await import('./c-api/c-api-runtime.ts');
    const libraryPath = process.env['ONNXRUNTIME_LIBRARY'] ?? bundledLibraryPath();
    return createCApiRuntime({ device, libraryPath, keepsOnDevice: defaults.keepsOnDevice }, defaults);
  }
  const libraries = addedLibraries(device);
  if (libraries === undefined) {
    throw new EngineError('DEVICE_UNAVAILABLE', `The libraries of ${device} were removed.`);
  }
  const { createAddedRuntime } = await import('./c-api/added-runtime.ts');
  return createAddedRuntime(device, libraries, providerOf(device).added, defaults);
}
