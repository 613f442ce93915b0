import { CommanderError } from 'commander';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { EngineSupervisor } from '../host/engine/supervisor.ts';
import { engineLauncher } from './engine-launcher.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with: an engine, and the signal that Ctrl-C aborts. */
export interface Session {
  readonly engine: EngineSupervisor;
  readonly signal: AbortSignal;
  /** What the next Ctrl-C does in place of cancelling, once: a search ends and keeps what it has. Undefined: it cancels. */
  onInterrupt?: (() => void) | undefined;
}

/** From Ctrl-C to the end there is one second; the engine gets this much of it to stop by itself. */
const cancelGraceMs = 400;

/**
 * Runs a command with an engine that is gone when this returns. Ctrl-C cancels and ends with 130; a failure is told on
 * stderr (with `json` on stdout too) and ends with 1.
 * @throws CommanderError for wrong usage
 */
export async function runSession(
  terminal: Terminal,
  json: boolean,
  command: (session: Session) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  const interrupt = (): void => {
    const { onInterrupt } = session;
    session.onInterrupt = undefined;
    if (onInterrupt === undefined) cancel();
    else onInterrupt();
  };
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', cancel);
  const engine = new EngineSupervisor(engineLauncher.launch, { cancelGraceMs });
  const session: Session = { engine, signal: controller.signal, onInterrupt: undefined };
  try {
    await command(session);
  } catch (thrown) {
    // Wrong usage that shows once files were read is told where all of it is.
    if (thrown instanceof CommanderError) throw thrown;
    const error = controller.signal.aborted
      ? new EngineError('CANCELLED', 'Cancelled.')
      : toEngineError(thrown);
    terminal.fail(error, json);
    process.exitCode = error.code === 'CANCELLED' ? exitCodes.cancelled : exitCodes.failed;
  } finally {
    await engine.dispose();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', cancel);
  }
}
