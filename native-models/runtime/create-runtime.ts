import type { RuntimeDefaults } from './onnxruntime.ts';
import { createOnnxRuntime } from './onnxruntime.ts';
import { bundledLibraryPath } from './binding-files.ts';
import type { DeviceChoice } from './providers.ts';
import type { Runtime } from './runtime.ts';

/**
 * The binding that a device was chosen with. Through the C API the processor computes with the library that onnxruntime-node
 * brings, or with the one that ONNXRUNTIME_LIBRARY names.
 * @throws EngineError DEVICE_UNAVAILABLE when the library cannot be used.
 */
export async function createRuntime(choice: DeviceChoice, defaults: RuntimeDefaults = {}): Promise<Runtime> {
  if (choice.runtime === 'onnxruntime-node') return createOnnxRuntime(choice, defaults);
  // Loaded here: where foreign functions cannot be called, everything else still works.
  const { createCApiRuntime } = await import('./c-api/c-api-runtime.ts');
  const libraryPath = process.env['ONNXRUNTIME_LIBRARY'] ?? bundledLibraryPath();
  return createCApiRuntime({ device: choice.device, libraryPath }, defaults);
}
