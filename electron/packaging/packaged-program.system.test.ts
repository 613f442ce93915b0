import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programPath } from '../host/paths.ts';
import { ensureRenderer } from '../server/build-renderer.ts';
import { buildNodeBundles } from './build-node-bundles.ts';
import { readInstallerConfiguration } from './testing/installer-configuration.ts';

const execute = promisify(execFile);
const require = createRequire(import.meta.url);

const distPath = path.join(programPath, 'dist');
let folder: string;
let packed: { readonly archivePath: string; readonly unpackedPath: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-package-'));
  await ensureRenderer(() => undefined);
  await buildNodeBundles(programPath, distPath);
  packed = await pack();
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Packs with electron-builder, with empty files in place of Electron's own; gives its archive. */
async function pack(): Promise<typeof packed> {
  const electronDist = path.join(folder, 'electron');
  await mkdir(path.join(electronDist, 'resources'), { recursive: true });
  for (const name of ['electron', 'LICENSE', 'LICENSES.chromium.html']) {
    await writeFile(path.join(electronDist, name), '');
  }
  const configuration = readInstallerConfiguration();
  // Fuses are set in Electron's binary, which is not here.
  delete configuration['electronFuses'];
  const configurationPath = path.join(folder, 'electron-builder.json');
  const directories = { ...(configuration['directories'] as object), output: path.join(folder, 'out') };
  await writeFile(configurationPath, JSON.stringify({ ...configuration, directories, electronDist }));
  await execute(
    process.execPath,
    [
      path.join(path.dirname(require.resolve('electron-builder/package.json')), 'cli.js'),
      ...['--linux', 'dir', '--x64', '--config', configurationPath, '--publish', 'never'],
    ],
    { cwd: programPath },
  );
  const resources = path.join(folder, 'out', 'linux-unpacked', 'resources');
  return {
    archivePath: path.join(resources, 'app.asar'),
    unpackedPath: path.join(resources, 'app.asar.unpacked'),
  };
}

/** Reads archives as Electron does. */
const archives = require('@electron/asar') as {
  readonly listPackage: (archive: string, options: { readonly isPack: boolean }) => string[];
  readonly extractAll: (archive: string, folder: string) => void;
};

test('an installer holds the bundles, the native code of its own platform, and no dependency of development', async () => {
  const { archivePath, unpackedPath } = packed;
  const archived = archives.listPackage(archivePath, { isPack: false });
  const packages = archived.filter((name) => /^\/node_modules\/(@[^/]+\/)?[^/@]+$/.test(name));
  const allowed = [
    '/node_modules/@koromix/koffi-linux-x64',
    '/node_modules/koffi',
    '/node_modules/onnxruntime-common',
    '/node_modules/onnxruntime-node',
  ];
  expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
  expect(packages).toContain('/node_modules/onnxruntime-node');

  const top = new Set(archived.map((name) => name.split('/')[1]));
  expect([...top].sort()).toEqual(['LICENSE', 'assets', 'dist', 'node_modules', 'package.json']);
  expect(archived.filter((name) => /\.(ts|tsx|map)$/.test(name))).toEqual([]);
  for (const name of [
    '/dist/main/main.cjs',
    '/dist/engine/engine-process.mjs',
    '/dist/preload/preload.cjs',
    '/dist/workers/store-worker.mjs',
    '/dist/workers/conversion-worker.mjs',
    '/dist/renderer/index.html',
    '/assets/icons/icon.png',
    '/assets/example/package/manifest.json',
  ]) {
    expect(archived).toContain(name);
  }

  const binaries = archived.filter((name) => /napi-v6\/[^/]+\/[^/]+\//.test(name));
  expect(binaries.length).toBeGreaterThan(0);
  expect(binaries.filter((name) => !name.includes('/napi-v6/linux/x64/'))).toEqual([]);
  // Read by native code, which knows nothing of archives.
  await readFile(path.join(unpackedPath, 'assets/example/package/vision.weights'));
  await readFile(
    path.join(unpackedPath, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node'),
  );
  await readFile(path.join(unpackedPath, 'node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node'));
});

test('the packed files answer the example and open a library, as ES modules under the Node of the shipped Electron', async () => {
  // All of it as it is in the installers; their command line is in the main script, which needs Electron, so Node's is added.
  const app = path.join(folder, 'app');
  archives.extractAll(packed.archivePath, app);
  await cp(path.join(distPath, 'cli'), path.join(app, 'dist', 'cli'), { recursive: true });
  const launcher = path.join(app, 'dist', 'cli', 'launch.mjs');
  const env = { ...process.env, INIT_CWD: folder, VIDEOMIND_CACHE_DIR: path.join(folder, 'cache') };
  const { stdout } = await execute(process.execPath, [launcher, 'demo', '--json'], { env });
  expect(JSON.parse(stdout)).toMatchObject({ answer: { text: expect.any(String) as string } });

  // Its library: a thread with `node:sqlite`.
  const dataPath = path.join(folder, 'data');
  const server = spawn(process.execPath, [launcher, 'serve', '--json', '--data', dataPath], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  let printed = '';
  for await (const piece of server.stdout.setEncoding('utf8')) {
    printed += String(piece);
    if (printed.trimEnd().endsWith('}')) break;
  }
  expect(JSON.parse(printed)).toMatchObject({ dataPath });
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await readFile(path.join(dataPath, 'library.db'));
});

test('the main script is CommonJS, which cannot wait at its top for what Electron says after it', async () => {
  const folderOfMain = path.join(distPath, 'main');
  const scripts = (await readdir(folderOfMain)).filter((name) => !name.endsWith('.map'));
  expect(scripts).toContain('main.cjs');
  for (const name of scripts) {
    expect(path.extname(name)).toBe('.cjs');
    const code = await readFile(path.join(folderOfMain, name), 'utf8');
    expect(code).not.toMatch(/^(import|export|await) /m);
    for (const [, thread = ''] of code.matchAll(/new URL\([`"']\.\.\/(workers\/[\w-]+\.mjs)/g)) {
      await readFile(path.join(distPath, thread));
    }
    expect(code).not.toMatch(/-worker\.ts[`"']/);
  }
});

test('the preload is one file that asks for nothing but Electron', async () => {
  const code = await readFile(path.join(distPath, 'preload', 'preload.cjs'), 'utf8');
  expect(Array.from(code.matchAll(/require\("([^"]+)"\)/g), ([, name]) => name)).toEqual([
    'electron/renderer',
  ]);
  expect(code).not.toMatch(/^import /m);
  // Paths of dropped files: `File.path` is gone since Electron 32, and the old Electron of the scenarios has no `webUtils`.
  expect(code).toContain('webUtils.getPathForFile(file)');
  expect(code).not.toMatch(/\bfile\.path\b/);
});
