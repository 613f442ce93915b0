import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';
import { encloseByBubblewrap } from './bubblewrap.ts';
import type { Enclosed, Inmate, Jail, JailKind } from './jail.ts';
import { jailKinds, scrubbedEnvironment } from './jail.ts';
import { encloseByLandlock, landlockVersions } from './landlock.ts';
import { launcherFolders, writeLauncher } from './launcher-file.ts';
import { encloseBySeatbelt } from './seatbelt.ts';
import { limitedByShell } from './shell-limits.ts';
import type { CallArchitecture } from './system-calls.ts';

/** Names the jail to use, for tests and for whoever has to go without: one of {@link jailKinds}. */
export const jailVariable = 'VIDEOMIND_DECODER_JAIL';

/** Runs something enclosed; resolves to why it failed, undefined when it ended well. */
export type TryEnclosed = (enclosed: Enclosed) => Promise<string | undefined>;

/**
 * The strongest jail in which this binary runs on this machine, found by running it: on Linux Landlock with seccomp (kernel
 * 5.13 and later, no privileges and no other program needed), else bubblewrap where it is installed, else seccomp alone; on macOS
 * a sandbox profile; else limits of the shell; else nothing, said so.
 * @param attempt runs the binary's shortest errand, enclosed.
 */
export async function chooseJail(program: string, attempt: TryEnclosed): Promise<Jail> {
  const wanted = process.env[jailVariable];
  const failures: string[] = [];
  for (const { kind, mechanisms, enclose } of candidates()) {
    if (wanted !== undefined && jailKinds.some((name) => name === wanted) && kind !== wanted) continue;
    const failure = await attempt(enclose({ ...trial, program: resolved(program) }));
    if (failure === undefined) {
      const shortfall = wanted === kind ? `${jailVariable}=${wanted} asks for it` : failures.join('; ');
      return { kind, mechanisms, enclose: enclosing(enclose), ...(shortfall !== '' && { shortfall }) };
    }
    failures.push(`${mechanisms}: ${failure}`);
  }
  const shortfall = [...(process.platform === 'win32' ? [windowsShortfall] : []), ...failures].join('; ');
  return { ...noJail, ...(shortfall !== '' && { shortfall }) };
}

/** Both need native calls around the start of a child; none were written, since none could be tried. */
const windowsShortfall = 'on Windows no job object and no restricted token is put on';

/** An environment that is scrubbed, and nothing else. */
export const noJail: Jail = {
  kind: 'none',
  mechanisms: 'a scrubbed environment alone',
  enclose: (inmate) => ({
    command: inmate.program,
    args: inmate.args,
    environment: scrubbedEnvironment(),
    workingFolder: path.dirname(path.resolve(inmate.program)),
  }),
};

const trial: Omit<Inmate, 'program'> = {
  args: ['-hide_banner', '-version'],
  reads: [],
  writes: [],
  limits: { memoryBytes: 2 ** 30, cpuSec: 60, outputBytes: 0, openFiles: 64 },
};

interface Candidate {
  readonly kind: JailKind;
  readonly mechanisms: string;
  readonly enclose: (inmate: Inmate) => Enclosed;
}

function* candidates(): Generator<Candidate> {
  if (process.platform === 'linux') yield* linuxCandidates();
  if (process.platform === 'darwin') {
    yield { kind: 'seatbelt', mechanisms: 'a sandbox profile and limits', enclose: encloseBySeatbelt };
  }
  if (process.platform !== 'win32') {
    yield {
      kind: 'limits',
      mechanisms: 'limits of the shell alone',
      enclose: (inmate) => ({
        ...limitedByShell(inmate.program, inmate.args, inmate.limits),
        environment: scrubbedEnvironment(),
        workingFolder: '/',
      }),
    };
  }
}

function* linuxCandidates(): Generator<Candidate> {
  const architecture = process.arch;
  if (architecture !== 'x64' && architecture !== 'arm64') return;
  for (const version of landlockVersions) if (version > 0) yield* byLauncher(architecture, version);
  const bubblewrapPath = findBubblewrap();
  if (bubblewrapPath !== undefined) {
    yield {
      kind: 'bubblewrap',
      mechanisms: 'bubblewrap (namespaces), seccomp and limits',
      enclose: (inmate) => encloseByBubblewrap(inmate, { bubblewrapPath, architecture }),
    };
  }
  yield* byLauncher(architecture, 0);
}

function* byLauncher(
  architecture: CallArchitecture,
  version: (typeof landlockVersions)[number],
): Generator<Candidate> {
  for (const folder of launcherFolders()) {
    const launcherPath = writeLauncher(folder, architecture);
    if (launcherPath === undefined) continue;
    yield {
      kind: version > 0 ? 'landlock' : 'limits',
      mechanisms:
        version > 0
          ? `Landlock (ABI ${version}), seccomp and limits`
          : 'seccomp and limits, without Landlock',
      enclose: (inmate) => encloseByLandlock(inmate, { launcherPath, architecture, version }),
    };
  }
}

function findBubblewrap(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'bwrap'))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Links are followed first: rules are about what lies behind them. */
function enclosing(enclose: Candidate['enclose']): Jail['enclose'] {
  return (inmate) => enclose({ ...inmate, program: resolved(inmate.program) });
}

function resolved(program: string): string {
  try {
    return realpathSync(program);
  } catch {
    return program; // starting it tells why
  }
}
