import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCheckpoint, damages } from './testing/damaged-checkpoint.ts';
import type { ImportedPack } from './testing/imported-pack.ts';
import { importPack, packPath } from './testing/imported-pack.ts';
import type { CliResult } from './testing/run-cli.ts';
import { launchPath, runCli } from './testing/run-cli.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let pack: ImportedPack;
let folder: string;
beforeAll(async () => (pack = await importPack()));
afterAll(() => pack.remove());

/** A fresh folder for each test: what is left in it can be told. */
async function freshFolder(): Promise<string> {
  folder = await mkdtemp(path.join(pack.folder, 'case-'));
  return folder;
}

/** Exit 1, `CODE: message` and a remedy on stderr, the same as JSON on stdout, and no stack trace. */
function expectFailure(result: CliResult, code: string): void {
  const { stdout, stderr } = result;
  expect(stderr).toMatch(new RegExp(`^${code}: .+\\n.+`, 'm'));
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(result.code).toBe(1);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; details: object } };
  expect(error.code).toBe(code);
  expect(error.message.length).toBeGreaterThan(0);
  expect(error.details).toBeTypeOf('object');
}

const ask = (video: string, question: string, model = pack.packagePath): Promise<CliResult> =>
  runCli(['ask', video, question, '--model', model, '--json']);

describe('a video that', () => {
  it.each([
    ['is not there', 'VIDEO_NOT_FOUND', () => path.join(folder, 'missing.mp4')],
    ['is a folder', 'VIDEO_NOT_RECOGNIZED', () => folder],
    [
      'is a text file named .mp4',
      'VIDEO_NOT_RECOGNIZED',
      () => written('text.mp4', 'not a video\n'.repeat(100)),
    ],
    ['is empty', 'VIDEO_EMPTY', () => written('empty.mp4', '')],
    ['holds sound alone', 'VIDEO_NO_VIDEO_STREAM', () => fixture('audio-only.mp4')],
    ['has 1 frame', 'VIDEO_TOO_SHORT', () => fixture('frames-1.mp4')],
    ['has 2 frames', 'VIDEO_TOO_SHORT', () => fixture('frames-2.mp4')],
    ['has 3 frames', 'VIDEO_TOO_SHORT', () => fixture('frames-3.mp4')],
  ])('%s is refused: %s', async (_name, code, make) => {
    await freshFolder();
    expectFailure(await ask(await make(), 'Why?'), code);
  });

  it.skipIf(process.platform === 'win32')('may not be read is refused: VIDEO_UNREADABLE', async () => {
    await freshFolder();
    const video = await written('secret.mp4', await readFile(pack.videoPath));
    await chmod(video, 0);
    const args = ['ask', video, 'Why?', '--model', pack.packagePath, '--json'];
    expectFailure(await runCli(args, { asOrdinaryUser: true }), 'VIDEO_UNREADABLE');
  });

  it('breaks off is answered from what decodes, with a warning, or refused plainly', async () => {
    const whole = await readFile(pack.videoPath);
    for (const share of [0.3, 0.7]) {
      await freshFolder();
      const video = await written('truncated.mp4', whole.subarray(0, Math.floor(whole.length * share)));
      const result = await ask(video, 'Which shape moves to the right?');
      if (result.code === 0) {
        const { warnings } = JSON.parse(result.stdout) as { warnings: { code: string }[] };
        expect(warnings.map((warning) => warning.code)).toContain('VIDEO_TRUNCATED');
      } else {
        const { error } = JSON.parse(result.stdout) as { error: { code: string } };
        expect(error.code).toMatch(/^VIDEO_(TRUNCATED|NOT_RECOGNIZED|DECODE_FAILED|TOO_SHORT)$/);
        expectFailure(result, error.code);
      }
    }
  });

  async function written(name: string, content: string | Buffer): Promise<string> {
    await writeFile(path.join(folder, name), content);
    return path.join(folder, name);
  }
});

describe('a question', () => {
  it('of 50,000 characters is refused, as an argument and from a file', async () => {
    const question = 'why '.repeat(12_500);
    const file = path.join(await freshFolder(), 'question.txt');
    await writeFile(file, question);
    expectFailure(await ask(pack.videoPath, question), 'QUESTION_TOO_LONG');
    const fromFile = ['ask', pack.videoPath, '--question-file', file, '--model', pack.packagePath, '--json'];
    expectFailure(await runCli(fromFile), 'QUESTION_TOO_LONG');
  });

  it('that is empty, or in a file that is not there, is refused', async () => {
    expectFailure(await ask(pack.videoPath, '  '), 'QUESTION_EMPTY');
    const missing = [
      'ask',
      pack.videoPath,
      '--question-file',
      'missing.txt',
      '--model',
      pack.packagePath,
      '--json',
    ];
    expectFailure(await runCli(missing), 'ARGUMENT_INVALID');
  });

  it('about a range that is none, or of roles that do not go together, is refused', async () => {
    const range = ['--start', '9', '--end', '3'];
    const base = ['ask', pack.videoPath, 'Why?', '--model', pack.packagePath, '--json'];
    expectFailure(await runCli([...base, ...range]), 'RANGE_INVALID');
    expectFailure(await runCli([...base, '--roles', 'verifier']), 'ROLES_INVALID');
  });
});

describe('a model folder that', () => {
  it.each([
    ['is empty', () => freshFolder()],
    ['is a checkpoint that was not imported', () => path.join(packPath, 'model')],
    ['is a base that was not imported', () => path.join(packPath, 'base')],
  ])('%s is refused with the way to import it', async (_name, make) => {
    const result = await ask(pack.videoPath, 'Why?', await make());
    expectFailure(result, 'NOT_A_PACKAGE');
    expect(result.stderr).toContain('videomind import');
  });

  it('is not there is refused', async () => {
    expectFailure(await ask(pack.videoPath, 'Why?', path.join(pack.folder, 'missing')), 'FOLDER_NOT_FOUND');
  });
});

describe('importing', () => {
  const importArgs = (base: string, adapters: string, out: string): string[] => [
    ...['import', '--base', base, '--adapters', adapters],
    ...['--out', out, '--json'],
  ];

  it.each(damages)('$name fails with $code and leaves nothing behind', async ({ code, damage }) => {
    const copy = await copyCheckpoint(await freshFolder());
    await damage(copy);
    const before = (await readdir(folder)).sort();
    const out = path.join(folder, 'package');
    expectFailure(await runCli(importArgs(copy.base, copy.adapters, out)), code);
    expect((await readdir(folder)).sort()).toEqual(before);
  });

  it('a base that is not there fails with FOLDER_NOT_FOUND', async () => {
    const out = path.join(await freshFolder(), 'package');
    const missing = path.join(folder, 'missing');
    expectFailure(await runCli(importArgs(missing, path.join(packPath, 'model'), out)), 'FOLDER_NOT_FOUND');
  });

  it('over a finished package is refused and leaves it as it was', async () => {
    const manifest = await readFile(path.join(pack.packagePath, 'manifest.json'), 'utf8');
    const args = importArgs(path.join(packPath, 'base'), path.join(packPath, 'model'), pack.packagePath);
    expectFailure(await runCli(args), 'OUTPUT_EXISTS');
    await expect(readFile(path.join(pack.packagePath, 'manifest.json'), 'utf8')).resolves.toBe(manifest);
  });

  it('onto a full disk fails with DISK_FULL and leaves nothing that looks finished', async ({ skip }) => {
    const disk = path.join(await freshFolder(), 'disk');
    await mkdir(disk);
    skip(onSmallDisk(disk, ['true']).status !== 0, 'No user namespaces here to make a small disk in.');
    const result = onSmallDisk(disk, [
      process.execPath,
      launchPath,
      ...importPackArgs(path.join(disk, 'package')),
    ]);
    const [document = '', listing = ''] = result.stdout.split(listingMark);
    expectFailure({ code: result.status, stdout: document, stderr: result.stderr }, 'DISK_FULL');
    expect(listing).not.toContain('manifest.json');
  });

  it('that may not write another byte midway fails with DISK_FULL and leaves nothing behind', async () => {
    const out = path.join(await freshFolder(), 'package');
    const command = [process.execPath, launchPath, ...importPackArgs(out)];
    // Files of at most 500 kB: a write fails with EFBIG when the work has long begun.
    const result = spawnSync('sh', ['-c', 'ulimit -f 1000; exec "$@"', 'sh', ...command], {
      encoding: 'utf8',
    });
    expectFailure({ code: result.status, stdout: result.stdout, stderr: result.stderr }, 'DISK_FULL');
    expect(await readdir(folder)).toEqual([]);
  });

  const importPackArgs = (out: string): string[] =>
    importArgs(path.join(packPath, 'base'), path.join(packPath, 'model'), out);
});

const listingMark = '--- left on the disk\n';

/** Runs a command with a disk of 1 MB at `disk`, in a mount namespace of its own; then lists what is left there. */
function onSmallDisk(disk: string, command: readonly string[]) {
  const mount = 'mount -t tmpfs -o size=1m tmpfs "$0" || exit 77';
  const script = `${mount}; "$@"; status=$?; echo "${listingMark.trim()}"; find "$0"; exit $status`;
  const namespace = ['--user', '--map-root-user', '--mount'];
  return spawnSync('unshare', [...namespace, 'sh', '-c', script, disk, ...command], { encoding: 'utf8' });
}
