import type { Enclosed, Inmate } from './jail.ts';
import { scrubbedEnvironment } from './jail.ts';
import { loadedBy } from './loaded-libraries.ts';
import { seccompFilter } from './seccomp.ts';
import { limitedByShell } from './shell-limits.ts';
import type { CallArchitecture } from './system-calls.ts';

/** Descriptor that bubblewrap reads the filter from. */
const filterDescriptor = 3;

/**
 * Puts a program into namespaces of its own by `bwrap`: a file system that holds its libraries and its files, no network, no
 * other processes; behind seccomp, and with limits set by the shell before.
 */
export function encloseByBubblewrap(
  inmate: Inmate,
  options: { readonly bubblewrapPath: string; readonly architecture: CallArchitecture },
): Enclosed {
  const { interpreter, folders, files } = loadedBy(inmate.program);
  const loader = interpreter === undefined || folders.some((folder) => interpreter.startsWith(`${folder}/`));
  const readable = [...folders, ...files, ...(loader ? [] : [interpreter])];
  const environment = scrubbedEnvironment();
  const args = [
    ...[
      '--unshare-all',
      '--as-pid-1',
      '--die-with-parent',
      '--new-session',
      '--cap-drop',
      'ALL',
      '--clearenv',
    ],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...readable.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--dev', '/dev', '--ro-bind', inmate.program, inmate.program],
    ...inmate.reads.flatMap((path) => ['--ro-bind-try', path, path]),
    ...inmate.writes.flatMap((path) => ['--bind', path, path]),
    ...['--chdir', '/', '--remount-ro', '/', '--seccomp', String(filterDescriptor)],
    ...['--', inmate.program, ...inmate.args],
  ];
  return {
    ...limitedByShell(options.bubblewrapPath, args, inmate.limits),
    environment,
    workingFolder: '/',
    filter: seccompFilter(options.architecture),
  };
}
