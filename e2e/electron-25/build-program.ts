import { createRequire } from 'node:module';
import { cp, mkdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { nodeBundles, preloadBundle } from '../../electron/packaging/bundles.ts';

const shims = path.join(import.meta.dirname, 'shims');
const mainEntry = 'electron/main/main.ts';
/** Loaded first by everything that runs in Node; all bundles lie two folders below the program. */
const prelude = 'chunks/node-18.cjs';

/** The packages that stay outside the bundles here and not in the product: SQLite, as a binary. */
export const addedPackages = ['libsql', '@neon-rs/load', 'detect-libc', '@libsql'] as const;

/** The main script of what `buildProgram` makes, below its folder. */
export const mainScript = 'dist/main/main.cjs';

/**
 * Builds the program for an old Electron (25: Node 18, Chromium 114) into `dist` below `outputPath`: the product's own
 * bundles, as CommonJS, with what that Electron lacks beside them. For tests alone; what it hides is listed in
 * docs/desktop-app.md and guarded by tests of the product's own bundles.
 */
export async function buildProgram(programPath: string, outputPath: string): Promise<void> {
  const distPath = path.join(outputPath, 'dist');
  await rm(distPath, { recursive: true, force: true });
  await build(preludeBundle(programPath, distPath));
  await build(node18Bundles(programPath, distPath));
  await build(oldPreloadBundle(programPath, distPath));
  await build({
    configFile: path.join(programPath, 'vite.config.ts'),
    root: path.join(programPath, 'renderer'),
    logLevel: 'error',
    plugins: [importsFirst(path.join(shims, 'chromium-114.ts'), /\/renderer\/main\.tsx$/)],
    build: {
      target: 'chrome114',
      cssTarget: 'chrome114',
      outDir: path.join(distPath, 'renderer'),
      emptyOutDir: true,
    },
  });
}

/** Copies the packages that `buildProgram` leaves outside, into the `node_modules` below `outputPath`. */
export async function copyAddedPackages(programPath: string, outputPath: string): Promise<void> {
  for (const name of addedPackages) {
    const target = path.join(outputPath, 'node_modules', name);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(await realpath(packageFolder(programPath, name)), target, { recursive: true });
  }
}

function packageFolder(programPath: string, name: string): string {
  // libsql wants a detect-libc of its own version.
  const ofLibsql = createRequire(path.join(programPath, 'node_modules/libsql/package.json'));
  if (name.startsWith('@libsql')) return path.join(programPath, 'node_modules', name);
  return path.dirname(ofLibsql.resolve(`${name}/package.json`));
}

function oldPreloadBundle(programPath: string, distPath: string): InlineConfig {
  const base = preloadBundle(programPath, distPath);
  const replaced = 'electron/renderer';
  // What stays outside is not replaced.
  const external = (base.build?.rolldownOptions?.external as string[]).filter((each) => each !== replaced);
  return {
    ...base,
    resolve: { alias: { [replaced]: path.join(shims, 'electron-renderer.ts') } },
    ssr: { ...base.ssr, external },
    build: {
      ...base.build,
      target: 'chrome114',
      rolldownOptions: { ...base.build?.rolldownOptions, external },
    },
  };
}

function preludeBundle(programPath: string, distPath: string): InlineConfig {
  const base = preloadBundle(programPath, distPath);
  return {
    ...base,
    build: {
      ...base.build,
      target: 'node18',
      sourcemap: false,
      rolldownOptions: {
        ...base.build?.rolldownOptions,
        input: { 'chunks/node-18': path.join(shims, 'node-18.ts') },
      },
    },
  };
}

function node18Bundles(programPath: string, distPath: string): InlineConfig {
  const base = nodeBundles(programPath, distPath);
  const bundled = base.build?.rolldownOptions?.external as string[];
  const external = [...bundled, 'libsql'];
  return {
    ...base,
    plugins: [commonJsProgram()],
    resolve: { alias: { 'node:sqlite': path.join(shims, 'node-sqlite.ts') } },
    ssr: { ...base.ssr, external },
    build: {
      ...base.build,
      target: 'node18',
      sourcemap: false,
      rolldownOptions: {
        external,
        input: {
          'main/main': path.join(programPath, mainEntry),
          'engine/engine-process': path.join(programPath, 'native-models/process/engine-process.ts'),
        },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: 'chunks/[name]-[hash].cjs',
          banner: `require('../${prelude}');`,
        },
      },
    },
  };
}

const workerUrl = /new URL\('\.\/([\w-]+-worker)\.ts', import\.meta\.url\)/g;

/** What of the program's sources depends on the form of its bundles. */
function commonJsProgram(): Plugin {
  return {
    name: 'common-js-program',
    enforce: 'pre',
    transform(code, id) {
      let text = code;
      if (id.endsWith('/electron/host/paths.ts')) {
        text = text.replace('engine-process.mjs', 'engine-process.cjs');
      }
      text = text.replace(workerUrl, (_all, name: string) => {
        const fileName = `workers/${name}.cjs`;
        this.emitFile({ type: 'chunk', id: path.join(path.dirname(id), `${name}.ts`), name, fileName });
        return `new URL('../${fileName}', import.meta.url)`;
      });
      return text === code ? undefined : { code: text, map: null };
    },
  };
}

/** Puts the import of a file before everything else of an entry. */
function importsFirst(filePath: string, entry: RegExp): Plugin {
  return {
    name: 'imports-first',
    enforce: 'pre',
    transform: (code, id) =>
      entry.test(id) ? { code: `import ${JSON.stringify(filePath)};\n${code}`, map: null } : undefined,
  };
}
