import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';

/** What the program was started with. */
export interface StartArguments {
  /** Absolute paths of files to open. */
  readonly files: readonly string[];
  /** The folder of the library that `--data` names, absolute. */
  readonly dataFolder?: string;
}

/**
 * The arguments that are meant for the program: those behind its name, and in a checkout behind its main script. Electron
 * and whoever starts it put switches of their own before both.
 * @param scriptPath the main script, where the program is not packed.
 */
export function ownArguments(
  argv: readonly string[],
  scriptPath: string | undefined,
  workingFolder: string,
): string[] {
  const [, ...args] = argv;
  if (scriptPath === undefined) return args;
  const isScript = (argument: string): boolean => path.resolve(workingFolder, argument) === scriptPath;
  const named = args.findIndex(isScript);
  // Started by the name of a folder, it is the first that is no switch.
  const at = named === -1 ? args.findIndex((argument) => !argument.startsWith('-')) : named;
  return args.slice(at + 1);
}

/**
 * Reads the program's own arguments: files, `--data DIR`, and `--` before files that begin with a dash. Chromium and the
 * installers add switches and addresses of their own, which are passed over.
 * @param workingFolder what relative paths are relative to.
 * @throws EngineError ARGUMENT_INVALID when `--data` names no folder.
 */
export function readArguments(args: readonly string[], workingFolder: string): StartArguments {
  const files: string[] = [];
  let dataFolder: string | undefined;
  const end = args.indexOf('--');
  const switches = end === -1 ? args : args.slice(0, end);
  for (let at = 0; at < switches.length; at += 1) {
    const argument = switches[at] ?? '';
    const data = /^--data(?:=(.*))?$/s.exec(argument);
    if (data !== null) {
      const named = data[1] ?? switches[(at += 1)] ?? '';
      if (named === '' || named.startsWith('-')) throw dataMissing();
      dataFolder = path.resolve(workingFolder, named);
    } else if (!argument.startsWith('-')) files.push(argument);
  }
  if (end !== -1) files.push(...args.slice(end + 1));
  return {
    files: files.filter(isFileName).map((name) => path.resolve(workingFolder, name)),
    ...(dataFolder !== undefined && { dataFolder }),
  };
}

/** Not an address; a drive of Windows (`C:\`) looks like the scheme of one. */
function isFileName(argument: string): boolean {
  return argument !== '' && !/^[a-z][a-z\d+.-]+:/i.test(argument.replace(/^[a-z]:[\\/]/i, ''));
}

function dataMissing(): EngineError {
  return new EngineError('ARGUMENT_INVALID', '--data names no folder.', {
    remedy: 'Put the folder of the library behind it: --data FOLDER.',
  });
}

/**
 * Where the window's own profile is kept: the state of the window, Chromium's caches, and the lock by which a second start
 * finds the first. It belongs to the library: another library has another profile, and a checkout has one that it shares
 * with no other program.
 * @returns undefined where it stays as Electron has it.
 */
export function profileFolder(choice: {
  readonly isPackaged: boolean;
  /** The folder that a person chose for the library, if one did. */
  readonly dataFolder: string | undefined;
  /** Where programs keep their profiles on this system. */
  readonly appData: string;
}): string | undefined {
  if (choice.dataFolder !== undefined) return path.join(choice.dataFolder, 'window');
  return choice.isPackaged ? undefined : path.join(choice.appData, 'VideoMind Checkout');
}
