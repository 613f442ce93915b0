import { readFileSync } from 'node:fs';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/** How an engine process ended that nobody had asked to end. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it wrote to stderr. */
  readonly stderr: readonly string[];
  /** True when the system ended a process for lack of memory while this one ran. */
  readonly systemRanOutOfMemory: boolean;
}

/** Turns the end of an engine into the error that its open requests fail with. */
export function explainExit(exit: EngineExit): EngineError {
  const { code, signal, stderr } = exit;
  const details = {
    ...(code === null ? {} : { exitCode: code }),
    ...(signal === null ? {} : { signal }),
    stderr,
  };
  const killedBySystem = signal === 'SIGKILL' && exit.systemRanOutOfMemory;
  // V8, the C++ runtime and the loader each have words of their own.
  const saidSo = /heap out of memory|bad_alloc|cannot allocate memory/i.test(stderr.join('\n'));
  if (killedBySystem || saidSo) {
    return new EngineError('OUT_OF_MEMORY', 'The engine ran out of memory and ended.', { details });
  }
  const how = signal === null ? `with exit code ${String(code)}` : `by signal ${signal}`;
  return new EngineError('ENGINE_CRASHED', `The engine ended unexpectedly ${how}.`, { details });
}

/** Processes that this machine has ended for lack of memory since it was started; 0 where that is not counted. */
export function outOfMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
