import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseJail, jailVariable, noJail } from './choose-jail.ts';
import type { Inmate, Jail, JailKind } from './jail.ts';
import type { CallArgument } from './launcher.ts';
import { CallList, launcherProgram } from './launcher.ts';
import { runEnclosed } from './spawn-enclosed.ts';
import type { CallArchitecture, SystemCall } from './system-calls.ts';

/*
 * A decoder that does what a stranger's file makes it do: a program in place of ffmpeg whose system calls are the attack. Each
 * succeeds without a jail, which shows that the attack is one, and is stopped in each jail that this machine has.
 */
const shell = '/bin/sh';
const architecture = process.arch as CallArchitecture;
const timeoutMs = 60_000;
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const limits = { memoryBytes: 256 * 2 ** 20, cpuSec: 20, outputBytes: 2 ** 20, openFiles: 64 };

let folder: string;
let secretPath: string;
let filmPath: string;
let outputPath: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-attacks-'));
  secretPath = path.join(folder, 'secret.txt');
  filmPath = path.join(folder, 'film.mp4');
  outputPath = path.join(folder, 'output.mp4');
  await writeFile(secretPath, 'the secret');
  await writeFile(filmPath, 'the film');
  await writeFile(outputPath, '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Attack = readonly (readonly [call: SystemCall, ...args: CallArgument[]])[];

/** Writes a decoder that makes these calls and says `done`; the first that fails ends it with the call's name. */
async function vulnerableDecoder(attack: Attack): Promise<string> {
  const calls = new CallList(architecture);
  for (const [call, ...args] of attack) calls.must(call, args, `${call} refused`);
  const said = Buffer.from('done');
  calls.must('write', [1, said, said.length], 'nothing can be written');
  calls.must('exit_group', [0], 'it cannot end');
  const program = path.join(folder, `decoder-${Math.random().toString(36).slice(2)}`);
  await writeFile(program, launcherProgram(architecture, calls.encode()));
  await chmod(program, 0o755);
  return program;
}

const run = (jail: Jail, inmate: Partial<Inmate> & { readonly program: string }) =>
  runEnclosed(
    jail.enclose({ args: [], reads: [filmPath], writes: [outputPath], limits, ...inmate }),
    timeoutMs,
  );

async function jailOf(kind: JailKind): Promise<Jail> {
  process.env[jailVariable] = kind;
  try {
    return await chooseJail(shell, async (enclosed) => {
      const { failure } = await runEnclosed(enclosed, timeoutMs);
      // A shell knows no -version: that it says so shows that it ran.
      return failure === undefined || /illegal option|invalid option/i.test(failure) ? undefined : failure;
    });
  } finally {
    Reflect.deleteProperty(process.env, jailVariable);
  }
}

const atCurrentFolder = -100;
const [readOnly, writeOnly, create] = [0, 1, 0o100];
const memory = 64 * 2 ** 20;
const populated = 0x8000;

const attacks: Readonly<Record<string, () => Attack>> = {
  'read another file of the person': () => {
    const found = Buffer.alloc(10);
    return [
      ['openat', atCurrentFolder, text(secretPath), readOnly],
      ['read', 3, found, found.length],
      ['write', 1, found, found.length],
    ];
  },
  'read the list of accounts': () => [['openat', atCurrentFolder, text('/etc/passwd'), readOnly]],
  'open a socket to the network': () => [['socket', 2, 1, 0]],
  'open a socket to another program': () => [['socket', 1, 1, 0]],
  'start a process of its own (fork)': () => [['clone', 17, 0, 0, 0, 0]],
  'become another program': () => [['execve', text(shell), [text('sh'), text('-c'), text(':')], []]],
  'fill memory': () =>
    Array.from({ length: 8 }, () => ['mmap', 0, memory, 3, 0x22 | populated, -1, 0] as const),
  'fill shared memory': () =>
    Array.from({ length: 12 }, () => ['mmap', 0, memory, 3, 0x21 | populated, -1, 0] as const),
  'write elsewhere': () => [
    ['openat', atCurrentFolder, text(path.join(folder, 'new')), writeOnly | create, 0o600],
  ],
  'change the film': () => [['openat', atCurrentFolder, text(filmPath), writeOnly]],
  'delete the film': () => [['unlinkat', atCurrentFolder, text(filmPath), 0]],
  'write more than its output may have': () => [
    ['openat', atCurrentFolder, text(outputPath), writeOnly],
    ['fallocate', 3, 0, 0, 16 * 2 ** 20],
  ],
  'open files without end': () => Array.from({ length: 100 }, () => ['dup', 1] as const),
  'end another process': () => [['kill', process.pid, 0]],
};

/** Those that a control run would have to undo. */
const destructive = new Set(['delete the film']);

describe.skipIf(process.platform !== 'linux')('a decoder without a jail', () => {
  test.each(Object.keys(attacks).filter((name) => !destructive.has(name)))('can %s', async (name) => {
    const { failure, output } = await run(noJail, {
      program: await vulnerableDecoder(attacks[name]?.() ?? []),
    });
    expect(failure).toBeUndefined();
    expect(output).toMatch(name.startsWith('become') ? /^$/ : /done$/);
    if (name.startsWith('read another')) expect(output).toContain('the secret');
    await rm(path.join(folder, 'new'), { force: true });
    await writeFile(outputPath, '');
  });
});

const kinds = (['landlock', 'bubblewrap'] as const).filter(
  (kind) => kind !== 'bubblewrap' || existsSync('/usr/bin/bwrap'),
);

describe.skipIf(process.platform !== 'linux').each(kinds)('a decoder in the jail of %s', (kind) => {
  let jail: Jail;
  beforeAll(async () => {
    jail = await jailOf(kind);
    expect(jail).toMatchObject({ kind });
  });

  test('still reads its film and writes its output', async () => {
    const found = Buffer.alloc(8);
    const program = await vulnerableDecoder([
      ['openat', atCurrentFolder, text(filmPath), readOnly],
      ['read', 3, found, found.length],
      ['openat', atCurrentFolder, text(outputPath), writeOnly],
      ['write', 4, found, found.length],
    ]);
    expect(await run(jail, { program })).toEqual({ output: 'done' });
    expect(await readFile(outputPath, 'utf8')).toBe('the film');
  });

  test.each(Object.keys(attacks))('cannot %s', async (name) => {
    const attack = attacks[name]?.() ?? [];
    const { failure, output } = await run(jail, { program: await vulnerableDecoder(attack) });
    expect(output).toBe('');
    expect(failure).toMatch(/refused$|SIGXFSZ$/);
    expect(await readFile(filmPath, 'utf8')).toBe('the film');
    expect(existsSync(path.join(folder, 'new'))).toBe(false);
  });

  test('cannot work for ever', async () => {
    const { failure } = await run(jail, {
      program: shell,
      args: ['-c', 'while :; do :; done'],
      limits: { ...limits, cpuSec: 1 },
    });
    expect(failure).toMatch(/SIG(XCPU|KILL)|ended with 1(37|52)/);
  });

  test('cannot raise its own limits', async () => {
    const { failure, output } = await run(jail, {
      program: shell,
      args: ['-c', 'ulimit -t unlimited && echo raised'],
    });
    expect(output).toBe('');
    expect(failure).toBeDefined();
  });

  test('learns nothing of the person from its environment', async () => {
    process.env['A_KEY_OF_THE_PERSON'] = 'key';
    const { output } = await run(jail, {
      program: shell,
      args: ['-c', 'echo "$A_KEY_OF_THE_PERSON$HOME$USER"; pwd'],
    });
    Reflect.deleteProperty(process.env, 'A_KEY_OF_THE_PERSON');
    expect(output.trim()).toBe('/');
  });
});
