import type { utilityProcess } from 'electron';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { EngineError } from '../../native-models/protocol/errors.ts';
import type { EngineChild } from '../host/engine/fork-engine.ts';
import { explainExit, outOfMemoryKills } from '../host/engine/engine-exit.ts';
import { engineMemoryEnvironment } from '../host/engine/engine-memory.ts';

const stderrLinesKept = 20;

/** How a process is ended that does not listen any more. */
export type EndProcess = (processId: number) => void;

const endAtOnce: EndProcess = (processId) => {
  try {
    process.kill(processId, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Starts the engine as a utility process of Electron's: a Node of its own that ends with the program. */
export function launchUtilityEngine(
  fork: typeof utilityProcess.fork,
  entryPath: string,
  environment: NodeJS.ProcessEnv,
  endProcess: EndProcess = endAtOnce,
): EngineChild {
  const killsBefore = outOfMemoryKills();
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
      const systemRanOutOfMemory = outOfMemoryKills() > killsBefore;
      const said = fatal === undefined ? stderr : [...stderr, fatal];
      onClose(killReason ?? explainExit({ code, signal: null, stderr: said, systemRanOutOfMemory }));
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
