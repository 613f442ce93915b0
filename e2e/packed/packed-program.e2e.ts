import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test as base } from '@playwright/test';
import { App } from '../app.ts';
import { findShells, programPath } from '../shells/find-shells.ts';
import { packProgram, type PackedProgram } from './pack-program.ts';
import { runPacked, startPacked } from './packed-shell.ts';

interface Fixtures {
  folder: string;
}

/** The program as its installers put it on a disk, packed once. */
const test = base.extend<Fixtures, { packed: PackedProgram }>({
  packed: [
    async ({}, use) => {
      const { electron } = findShells();
      if ('missing' in electron) throw new Error(electron.missing);
      await use(await packProgram(electron, programPath, path.join(programPath, '.cache/packed')));
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-packed-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

const { electron } = findShells();
test.skip('missing' in electron, 'missing' in electron ? electron.missing : '');
test.describe.configure({ mode: 'serial' });

test('the demo, a second video and a model package of one’s own are asked and answered, and there after a restart', async ({
  packed,
  folder,
}) => {
  const second = path.join(folder, 'second.mp4');
  await copyFile(path.join(programPath, 'assets/example/clip.mp4'), second);
  const shell = await startPacked(packed, folder);
  try {
    const app = new App(shell, []);
    await app.startDemo();
    await app.ask();
    await expect(app.citation).toBeVisible();
    await expect(app.answer).toContainText('green');
    // As the file manager does it: a second start hands its file over and ends.
    await runPacked(packed, folder, [second]);
    await expect(app.player.getByLabel('Video second.mp4')).toBeVisible();
    await app.ask('What moves to the right?');
    await expect(app.panel('Run').getByText('Done', { exact: true }).first()).toBeVisible();
    await expect(app.answer).not.toBeEmpty();
    await shell.restart();
    await expect(app.page.getByRole('list', { name: 'Videos' }).getByText('second.mp4')).toBeVisible();
    await expect(app.player.getByRole('alert')).toHaveCount(0);
  } finally {
    await shell.close();
  }
  const own = await mkdtemp(path.join(folder, 'own-'));
  const other = await startPacked(packed, own);
  try {
    const app = new App(other, []);
    await app.startToy();
    await app.ask();
    await expect(app.citation).toBeVisible();
  } finally {
    await other.close();
  }
});

test('the command line inside the package converts a checkpoint, asks it, and ends with the codes of its contract', async ({
  packed,
  folder,
}) => {
  const fixture = path.join(programPath, 'native-models/fixtures/pack-2b');
  const model = path.join(folder, 'package');
  await runPacked(packed, folder, [
    ...[
      'import',
      '--base',
      path.join(fixture, 'base'),
      '--adapters',
      path.join(fixture, 'model'),
      '--out',
      model,
      '--precision',
      'fp32',
    ],
  ]);
  const [video = ''] = await readdir(path.join(fixture, 'videos'));
  const asked = await runPacked(packed, folder, [
    ...['ask', path.join(fixture, 'videos', video), 'When does it move?', '--model', model, '--json'],
  ]);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    precision: 'fp32',
    answer: { text: expect.any(String) as unknown },
  });
  const failure = (args: string[]) => runPacked(packed, folder, args).catch((error: unknown) => error);
  const failed = await failure(['ask', 'nowhere.mp4', 'What?', '--model', model]);
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect((failed as { stderr: string }).stderr).toMatch(/^[A-Z_]+: .*nowhere\.mp4/m);
  expect(await failure(['nonsense'])).toMatchObject({ code: 2 });
});

test('the program cannot be started as Node, with code of others or with a debugger of the main process', async ({
  packed,
  folder,
}) => {
  // Each ends as the command that it is, and does nothing of what it was told besides.
  const asNode = await runPacked(packed, folder, ['--version'], { ELECTRON_RUN_AS_NODE: '1' });
  const manifest = await readFile(path.join(programPath, 'package.json'), 'utf8');
  expect(asNode.stdout.trim()).toBe((JSON.parse(manifest) as { version: string }).version);
  const preloaded = path.join(folder, 'taken-over.cjs');
  await writeFile(preloaded, 'console.log("taken over");');
  const withOptions = await runPacked(packed, folder, ['--version'], {
    NODE_OPTIONS: `--require ${preloaded}`,
  });
  expect(withOptions.stdout).not.toContain('taken over');
  const inspected = await runPacked(packed, folder, ['--inspect=0', '--version']);
  expect(inspected.stderr).not.toContain('Debugger listening');

  const wire = await getCurrentFuseWire(packed.executablePath);
  const [off, on] = ['0', '1'].map((character) => character.charCodeAt(0));
  expect(wire[FuseV1Options.RunAsNode]).toBe(off);
  expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(off);
  expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(off);
  expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(on);
  expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(on);
});

test('beside the archive lies what others than Electron read, and nothing else', async ({ packed }) => {
  const unpackedPath = path.join(packed.resourcesPath, 'app.asar.unpacked');
  const unpacked = (await readdir(unpackedPath, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(unpackedPath, path.join(entry.parentPath, entry.name)));
  const binaries = `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}`;
  for (const name of [
    'assets/demo/shapes-01.mp4',
    'assets/demo/package/manifest.json',
    'assets/demo/package/vision.weights',
    'assets/example/clip.mp4',
    `${binaries}/onnxruntime_binding.node`,
    `${binaries}/libonnxruntime.so.1`,
  ]) {
    expect(unpacked).toContain(name);
  }
  // electron-builder takes the whole package of a binary out of the archive.
  const places = [/^assets\/(demo|example)\//, /^node_modules\/(onnxruntime-node|koffi|@koromix|@libsql)\//];
  expect(unpacked.filter((name) => !places.some((place) => place.test(name)))).toEqual([]);
  expect(unpacked.filter((name) => /\.(ts|map|md)$/.test(name) && !name.endsWith('README.md'))).toEqual([]);
});
