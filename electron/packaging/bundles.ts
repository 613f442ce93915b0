import path from 'node:path';
import type { InlineConfig, Plugin } from 'vite';

/**
 * Packages that stay outside the bundles: Electron itself, native code, and what is looked for at run time and may well be
 * missing.
 */
const external = [
  'electron',
  'electron/main',
  'electron/renderer',
  'onnxruntime-node',
  'onnxruntime-common',
  'koffi',
  'ffmpeg-static',
  '@ffmpeg-installer/ffmpeg',
  'bullmq',
  'ioredis',
  'bufferutil',
  'utf-8-validate',
];

/** Code that Node runs, by the name of its bundle below `dist`. All lie two folders deep, as the program's paths expect. */
const nodeEntries = {
  'engine/engine-process': 'native-models/process/engine-process.ts',
  'cli/launch': 'electron/cli/launch.mjs',
};

/** How engine and command line are bundled into `outputPath`, sharing what they have in common, and the threads of both. */
export function nodeBundles(programPath: string, outputPath: string): InlineConfig {
  return {
    ...common(programPath, outputPath),
    plugins: [workerEntries('emitted')],
    ssr: { noExternal: true, external, target: 'node' },
    build: {
      ...build(outputPath),
      ssr: true,
      rolldownOptions: {
        external,
        input: inputs(programPath, nodeEntries),
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  };
}

/**
 * How the main process is bundled, with the host inside: as CommonJS. Electron says that it is ready only when a module that
 * is its main script has run to its end, and such a module may wait for that at its top; CommonJS cannot wait there. Its
 * threads are those of `nodeBundles`.
 */
export function mainBundle(programPath: string, outputPath: string): InlineConfig {
  return {
    ...common(programPath, outputPath),
    plugins: [workerEntries('already there')],
    ssr: { noExternal: true, external, target: 'node' },
    build: {
      ...build(outputPath),
      ssr: true,
      rolldownOptions: {
        external,
        input: inputs(programPath, { 'main/main': 'electron/main/main.ts' }),
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'main/[name]-[hash].cjs' },
      },
    },
  };
}

/** How the preload is bundled: one file, in the form that sandboxed pages load. */
export function preloadBundle(programPath: string, outputPath: string): InlineConfig {
  return {
    ...common(programPath, outputPath),
    ssr: { noExternal: true, external, target: 'node' },
    build: {
      ...build(outputPath),
      ssr: true,
      rolldownOptions: {
        external,
        input: inputs(programPath, { 'preload/preload': 'electron/preload/preload.ts' }),
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  };
}

function common(programPath: string, outputPath: string): InlineConfig {
  return {
    configFile: false,
    root: programPath,
    logLevel: 'warn',
    publicDir: false,
    cacheDir: path.join(outputPath, '.vite'),
  };
}

/** Readable and with source maps: a stack trace still names the line that was written. */
function build(outputPath: string): NonNullable<InlineConfig['build']> {
  return { outDir: outputPath, emptyOutDir: false, target: 'node24', minify: false, sourcemap: true };
}

function inputs(programPath: string, entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, path.join(programPath, file)]),
  );
}

const workerUrl = /new URL\('\.\/([\w-]+-worker)\.ts', import\.meta\.url\)/g;

/** Threads are started by the address of their file: each gets a bundle, and its address is rewritten. */
function workerEntries(bundles: 'emitted' | 'already there'): Plugin {
  return {
    name: 'worker-entries',
    enforce: 'pre',
    transform(code, id) {
      const rewritten = code.replace(workerUrl, (_all, name: string) => {
        const fileName = `workers/${name}.mjs`;
        if (bundles === 'emitted') {
          this.emitFile({ type: 'chunk', id: path.join(path.dirname(id), `${name}.ts`), name, fileName });
        }
        return `new URL('../${fileName}', import.meta.url)`;
      });
      // Lines stay lines, so maps stay true.
      return rewritten === code ? undefined : { code: rewritten, map: null };
    },
  };
}
