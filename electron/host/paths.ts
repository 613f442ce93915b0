import path from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

/** Where this program is installed: the folder of package.json. */
export const programPath = fileURLToPath(new URL('../../', import.meta.url));

/** True where this code runs from the bundles of a packaged program. */
const isBundled = !import.meta.url.endsWith('.ts');

/** The entry point of the engine process. */
export const engineEntryPath = isBundled
  ? path.join(programPath, 'dist', 'engine', 'engine-process.mjs')
  : path.join(programPath, 'native-models', 'process', 'engine-process.ts');

/** Files of a packed program that others than Electron read, ONNX Runtime or ffmpeg, lie beside its archive. */
export function besideArchive(filePath: string): string {
  return filePath.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}

/** The clips and packages that the program brings. */
export const assetsPath = path.join(besideArchive(programPath), 'assets');

/**
 * Where things are kept that cost only time when they are deleted: VIDEOMIND_CACHE_DIR (relative to the working
 * directory), or the operating system's folder for caches.
 */
export function cachePath(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['VIDEOMIND_CACHE_DIR'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  return envPaths('videomind', { suffix: '' }).cache;
}

/**
 * Where the library is kept, with everything that cannot be made again: VIDEOMIND_DATA_DIR (relative to the working
 * directory), or the operating system's folder for data.
 */
export function dataPath(environment: NodeJS.ProcessEnv = process.env): string {
  return chosenDataPath(environment) ?? envPaths('videomind', { suffix: '' }).data;
}

/** The folder of the library that VIDEOMIND_DATA_DIR names; undefined where it is the system's. */
export function chosenDataPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const chosen = environment['VIDEOMIND_DATA_DIR'];
  return chosen === undefined || chosen === '' ? undefined : path.resolve(chosen);
}

/** Where the libraries of devices are put that people added. */
export function devicesPath(environment: NodeJS.ProcessEnv = process.env): string {
  return path.join(dataPath(environment), 'devices');
}

/**
 * Where Node keeps the program's code as it was compiled, so that the next start need not: NODE_COMPILE_CACHE, Node's own variable,
 * or a folder among what is kept.
 */
export function compiledCodePath(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['NODE_COMPILE_CACHE'];
  return chosen === undefined || chosen === '' ? path.join(cachePath(environment), 'compiled') : chosen;
}

/** What an engine is told of the program's folders when it is started. */
export function engineEnvironment(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return {
    VIDEOMIND_CACHE_DIR: cachePath(environment),
    VIDEOMIND_DEVICES_DIR: devicesPath(environment),
    // Read by Node itself, before the engine's first module is compiled.
    NODE_COMPILE_CACHE: compiledCodePath(environment),
  };
}

/** How the command line is called here, for hints: through npm in a checkout, by its own name where it is installed. */
export function commandName(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['npm_lifecycle_event'] === 'videomind' ? 'npm run -s videomind --' : 'videomind';
}
