import type { utilityProcess } from 'electron';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { EngineError } from '../../native-models/protocol/errors.ts';
import type { EngineChild } from '../host/engine/fork-engine.ts';
import { explainExit, outOfMemoryKills } from '../host/engine/engine-exit.ts';
import { engineMemoryEnvironment } from '../host/engine/engine-memory.ts';

const stderrLinesKept = 20;

/** How a process is ended that does not listen any more. */
export type EndProcess = (processId: number) => void;

/** How the ends of processes are told apart. */
export interface ProcessEnds {
  readonly endProcess: EndProcess;
  /** Processes that the system has ended for lack of memory so far. */
  readonly outOfMemoryKills: () => number;
  readonly platform: NodeJS.Platform;
}

const endAtOnce: EndProcess = (processId) => {
  try {
    process.kill(processId, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const processEnds: ProcessEnds = { endProcess: endAtOnce, outOfMemoryKills, platform: process.platform };

const fatalSignals: readonly NodeJS.Signals[] = [
  'SIGKILL',
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGTRAP',
  'SIGFPE',
  'SIGTERM',
];

/**
 * The signal that ended a utility process. Electron hands on what `waitpid` said: the number of the signal, with 128 added
 * where a core was dumped, as shells write it too. The engine itself exits with 0 or 1 only.
 * @returns null where none did, and on Windows, which has none.
 */
export function signalOf(code: number, platform: NodeJS.Platform): NodeJS.Signals | null {
  if (platform === 'win32' || code < 0 || code > 0xff) return null;
  const number = code & 0x7f;
  return fatalSignals.find((signal) => constants.signals[signal] === number) ?? null;
}

/** Starts the engine as a utility process of Electron's: a Node of its own that ends with the program. */
export function launchUtilityEngine(
  fork: typeof utilityProcess.fork,
  entryPath: string,
  environment: NodeJS.ProcessEnv,
  ends: Partial<ProcessEnds> = {},
): EngineChild {
  const { endProcess, outOfMemoryKills: kills, platform } = { ...processEnds, ...ends };
  const killsBefore = kills();
  const child = fork(entryPath, [], {
    serviceName: 'VideoMind engine',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...engineMemoryEnvironment, ...process.env, ...environment },
  });
  const stderr: string[] = [];
  if (child.stderr instanceof Readable) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      stderr.push(line);
      if (stderr.length > stderrLinesKept) stderr.shift();
    });
  }
  let killReason: EngineError | undefined;
  let fatal: string | undefined;
  let running = true;
  let onClose: (reason: EngineError) => void = () => undefined;
  child.on('error', (type, location) => (fatal = `${type} in ${location}`));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      running = false;
      const signal = signalOf(code, platform);
      const systemRanOutOfMemory = kills() > killsBefore;
      const said = fatal === undefined ? stderr : [...stderr, fatal];
      onClose(
        killReason ??
          explainExit({ code: signal === null ? code : null, signal, stderr: said, systemRanOutOfMemory }),
      );
      resolve();
    });
  });
  const kill = (): void => {
    // `kill()` asks politely, which an engine in the middle of a run does not hear.
    if (running && child.pid !== undefined) endProcess(child.pid);
    else if (running) child.kill();
  };
  return {
    get processId() {
      return child.pid;
    },
    exited,
    kill: (reason) => {
      killReason ??= reason;
      kill();
    },
    transport: {
      send: (message) => {
        if (running) child.postMessage(message);
      },
      onMessage: (receive) => child.on('message', (message: unknown) => receive(message as string)),
      onClose: (closed) => (onClose = closed),
      close: kill,
    },
  };
}
