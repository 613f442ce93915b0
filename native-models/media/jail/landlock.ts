import type { Enclosed, Inmate, JailLimits } from './jail.ts';
import { scrubbedEnvironment } from './jail.ts';
import { CallList } from './launcher.ts';
import { isFolder, loadedBy } from './loaded-libraries.ts';
import { seccompFilter } from './seccomp.ts';
import type { CallArchitecture } from './system-calls.ts';

/** Rights of `linux/landlock.h`. */
const rights = { execute: 1, write: 2, read: 4, list: 8, truncate: 1 << 14 };

/**
 * Versions of Landlock that differ for us: which rights over files each takes away, over the network (TCP), and over other
 * processes (signals, abstract sockets). 0: a kernel without Landlock, where seccomp and limits remain.
 */
const versions = {
  6: { files: 0xffff, network: 3, scopes: 3 },
  4: { files: 0x7fff, network: 3, scopes: undefined },
  3: { files: 0x7fff, network: undefined, scopes: undefined },
  1: { files: 0x1fff, network: undefined, scopes: undefined },
  0: undefined,
} as const;
export type LandlockVersion = keyof typeof versions;
export const landlockVersions: readonly LandlockVersion[] = [6, 4, 3, 1, 0];

const atCurrentFolder = -100;
const openPathOnly = 0o10000000 | 0o2000000; // O_PATH | O_CLOEXEC
const pathBeneath = 1;
const setFilter = 1;
/** Without it some processors run every process with a filter slower, against attacks that need a sandboxed script. */
const allowSpeculation = 4;
const noNewPrivileges = 38;
const deathSignal = 1;
const kill = 9;
/** RLIMIT_… of `asm-generic/resource.h`. */
const limitNumbers = { cpuSec: 0, outputBytes: 1, memoryBytes: 2, core: 4, openFiles: 7, addressBytes: 9 };
/** What is left of descriptors that another part of the program let slip: the first one that a child must not have. */
const firstInherited = 3;
/** Descriptors of the list itself, known since all others are closed before. */
const rulesDescriptor = 3;
const pathDescriptor = 4;

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** Puts a program behind Landlock, seccomp and limits, by the launcher at `launcherPath`. */
export function encloseByLandlock(
  inmate: Inmate,
  options: {
    readonly launcherPath: string;
    readonly architecture: CallArchitecture;
    readonly version: LandlockVersion;
  },
): Enclosed {
  const calls = new CallList(options.architecture);
  const nothing = text('/dev/null');
  calls.must('close', [0], 'jail: the input cannot be closed');
  calls.must('openat', [atCurrentFolder, nothing, 0], 'jail: /dev/null cannot be opened');
  calls.may('close_range', [firstInherited, 0xffff_ffff]);
  calls.may('prctl', [deathSignal, kill]);
  calls.must('prctl', [noNewPrivileges, 1], 'jail: privileges cannot be given up');
  if (options.version !== 0) confine(calls, inmate, options.version);
  limit(calls, inmate.limits);
  const filter = seccompFilter(options.architecture);
  const length = Buffer.alloc(8);
  length.writeUInt16LE(filter.length / 8);
  calls.must(
    'seccomp',
    [setFilter, allowSpeculation, { head: length, target: filter }],
    'jail: seccomp is not to be had',
  );
  const argv = [inmate.program, ...inmate.args].map(text);
  const environment = Object.entries(scrubbedEnvironment()).map(([name, value]) => text(`${name}=${value}`));
  calls.must(
    'execve',
    [text(inmate.program), argv, environment],
    `jail: ${inmate.program} cannot be started`,
  );
  return {
    command: options.launcherPath,
    args: [],
    environment: {},
    workingFolder: '/',
    input: calls.encode(),
  };
}

function confine(calls: CallList, inmate: Inmate, version: Exclude<LandlockVersion, 0>): void {
  const { files, network, scopes } = versions[version];
  const handled = [files, network, scopes].filter((value) => value !== undefined);
  const rules = Buffer.alloc(8 * handled.length);
  for (const [index, value] of handled.entries()) rules.writeBigUInt64LE(BigInt(value), 8 * index);
  calls.must('landlock_create_ruleset', [rules, rules.length, 0], 'jail: Landlock is not to be had');
  const grant = (path: string, allowed: number, mustBe: boolean): void => {
    const rule = Buffer.alloc(12);
    rule.writeBigUInt64LE(BigInt(allowed & files));
    rule.writeInt32LE(pathDescriptor, 8);
    const open = [atCurrentFolder, text(path), openPathOnly] as const;
    const add = [rulesDescriptor, pathBeneath, rule, 0] as const;
    if (mustBe) {
      calls.must('openat', open, `jail: ${path} is not there`);
      calls.must('landlock_add_rule', add, `jail: ${path} cannot be let through`);
    } else {
      calls.may('openat', open);
      calls.may('landlock_add_rule', add);
    }
    calls.may('close', [pathDescriptor]);
  };
  const { interpreter, folders, files: libraryFiles } = loadedBy(inmate.program);
  grant(inmate.program, rights.read | rights.execute, true);
  if (interpreter !== undefined) grant(interpreter, rights.read | rights.execute, true);
  for (const folder of folders) grant(folder, rights.read | rights.list, false);
  for (const file of libraryFiles) grant(file, rights.read, false);
  grant('/dev/null', rights.read | rights.write, false);
  grant('/dev/urandom', rights.read, false);
  for (const path of inmate.reads) {
    grant(path, isFolder(path) ? rights.read | rights.list : rights.read, false);
  }
  for (const path of inmate.writes) grant(path, rights.read | rights.write | rights.truncate, true);
  calls.must('landlock_restrict_self', [rulesDescriptor, 0], 'jail: Landlock does not hold');
  calls.may('close', [rulesDescriptor]);
}

function limit(calls: CallList, limits: JailLimits): void {
  const values: Readonly<Record<keyof typeof limitNumbers, number>> = {
    ...limits,
    core: 0,
    addressBytes: 2 * limits.memoryBytes,
  };
  for (const [name, number] of Object.entries(limitNumbers)) {
    const both = Buffer.alloc(16);
    const value = BigInt(Math.ceil(values[name as keyof typeof limitNumbers]));
    both.writeBigUInt64LE(value);
    both.writeBigUInt64LE(value, 8);
    calls.must('prlimit64', [0, number, both, 0], `jail: the limit of ${name} cannot be set`);
  }
}
