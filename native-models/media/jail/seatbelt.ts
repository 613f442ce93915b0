import path from 'node:path';
import type { Enclosed, Inmate } from './jail.ts';
import { scrubbedEnvironment } from './jail.ts';
import { limitedByShell } from './shell-limits.ts';

/** What macOS itself reads to start a program. */
const systemFolders = ['/usr/lib', '/System/Library', '/System/Volumes/Preboot', '/private/var/db/dyld'];
/** Where libraries of builds lie that were installed by Homebrew or MacPorts. */
const libraryFolders = [
  '/opt/homebrew',
  '/usr/local/lib',
  '/usr/local/Cellar',
  '/usr/local/opt',
  '/opt/local/lib',
];

/**
 * Puts a program behind a profile of `sandbox-exec` (macOS), with limits set by the shell. Written after Apple's own profiles in
 * `/System/Library/Sandbox/Profiles`; it has not been run on a Mac. Like every jail it only counts when ffmpeg runs in it.
 */
export function encloseBySeatbelt(inmate: Inmate): Enclosed {
  const { command, args } = limitedByShell(inmate.program, inmate.args, inmate.limits);
  const folder = path.dirname(path.dirname(inmate.program));
  const profile = [
    '(version 1)',
    '(deny default)',
    '(deny network*)',
    '(deny process-fork)',
    `(allow process-exec (literal "/bin/sh") (literal "/bin/bash") (literal "/bin/dash") ${literal(inmate.program)})`,
    '(allow sysctl-read)',
    '(allow file-read-metadata)',
    `(allow file-read* (literal "/") (literal "/bin/sh") (literal "/bin/bash") (literal "/bin/dash") (literal "/private/var/select/sh")`,
    `  (literal "/dev/null") (literal "/dev/urandom") (literal "/dev/random") ${literal(inmate.program)} ${beneath(path.join(folder, 'lib'))}`,
    `  ${[...systemFolders, ...libraryFolders].map(beneath).join(' ')}`,
    `  ${inmate.reads.flatMap((file) => [literal(file), beneath(file)]).join(' ')})`,
    '(allow file-write-data (literal "/dev/null"))',
    ...inmate.writes.map((file) => `(allow file-read* file-write* ${literal(file)})`),
  ].join('\n');
  return {
    command: '/usr/bin/sandbox-exec',
    args: ['-p', profile, command, ...args],
    environment: scrubbedEnvironment(),
    workingFolder: '/',
  };
}

const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const literal = (file: string): string => `(literal ${quoted(file)})`;
const beneath = (file: string): string => `(subpath ${quoted(file)})`;
