import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Transport } from '../../../native-models/protocol/transport.ts';
import { explainExit, outOfMemoryKills } from './engine-exit.ts';
import { engineMemoryEnvironment } from './engine-memory.ts';

/** A running engine process, however it was started. */
export interface EngineChild {
  /** Closes when the process has ended, with the reason. */
  readonly transport: Transport;
  readonly processId: number | undefined;
  /** Ends the process and its children at once; the transport then closes with `reason`. */
  kill(reason: EngineError): void;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
}

/** Starts an engine; Electron's shell brings its own. */
export type EngineLauncher = () => EngineChild;

const stderrLinesKept = 20;

/**
 * Starts the engine as a child process of its own process group, so that whatever it started ends with it and Ctrl-C in a
 * terminal reaches the command line alone, which then cancels. The engine ends by itself when this process goes away.
 */
export function forkEngine(entryPath: string, environment: NodeJS.ProcessEnv): EngineChild {
  const killsBefore = outOfMemoryKills();
  const child = fork(entryPath, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...engineMemoryEnvironment, ...process.env, ...environment },
    execArgv: [],
    detached: ownsProcessGroup,
  });

  const stderr: string[] = [];
  const stderrRead = Promise.withResolvers<undefined>();
  if (child.stderr === null) stderrRead.resolve(undefined);
  else {
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      stderr.push(line);
      if (stderr.length > stderrLinesKept) stderr.shift();
    });
    lines.once('close', () => stderrRead.resolve(undefined));
  }

  let killReason: EngineError | undefined;
  let onClose: (reason: EngineError) => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    const ended = (reason: EngineError): void => {
      onClose(killReason ?? reason);
      resolve();
    };
    child.once('error', (cause) => {
      if (child.pid !== undefined) return;
      ended(new EngineError('ENGINE_CRASHED', `The engine cannot be started: ${cause.message}`, { cause }));
    });
    child.once('exit', (code, signal) => {
      endChildren();
      const systemRanOutOfMemory = outOfMemoryKills() > killsBefore;
      void stderrRead.promise.then(() => ended(explainExit({ code, signal, stderr, systemRanOutOfMemory })));
    });
  });

  function endChildren(): void {
    if (child.pid === undefined) return;
    try {
      process.kill(ownsProcessGroup ? -child.pid : child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  return {
    processId: child.pid,
    exited,
    kill: (reason) => {
      killReason ??= reason;
      endChildren();
    },
    transport: {
      send: (message) => {
        // A send that fails does so because the process is ending, which `close` reports with its reason.
        if (child.connected) child.send(message, () => undefined);
      },
      onMessage: (receive) => child.on('message', (message) => receive(message as string)),
      onClose: (closed) => (onClose = closed),
      close: endChildren,
    },
  };
}

/** Windows has no process groups; there the engine has to end its children itself. */
const ownsProcessGroup = process.platform !== 'win32';
