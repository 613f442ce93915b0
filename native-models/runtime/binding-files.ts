import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Where onnxruntime-node keeps the libraries of this platform. In the packaged app its package lies in the archive, and its
 * native files beside that.
 */
export function bindingFolder(): string {
  const packageFolder = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const folder = path.join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch);
  return folder.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
}

/** The shared library of ONNX Runtime that onnxruntime-node brings, with its C API. */
export function bundledLibraryPath(): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    win32: 'onnxruntime.dll',
    darwin: 'libonnxruntime.1.dylib',
  };
  return path.join(bindingFolder(), names[process.platform] ?? 'libonnxruntime.so.1');
}
