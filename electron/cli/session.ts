import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import { EngineSupervisor } from '../host/engine/supervisor.ts';
import { engineLauncher } from './engine-launcher.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with: an engine, and the signal that Ctrl-C aborts. */
export interface Session {
  readonly engine: EngineSupervisor;
  readonly signal: AbortSignal;
}

/** From Ctrl-C to the end there is one second; the engine gets this much of it to stop by itself. */
const cancelGraceMs = 400;

/**
 * Runs a command with an engine that is gone when this returns. Ctrl-C cancels and ends with 130; a failure is told on
 * stderr (with `json` on stdout too) and ends with 1.
 */
export async function runSession(
  terminal: Terminal,
  json: boolean,
  command: (session: Session) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  const engine = new EngineSupervisor(engineLauncher.launch, { cancelGraceMs });
  try {
    await command({ engine, signal: controller.signal });
  } catch (thrown) {
    const error = controller.signal.aborted
      ? new EngineError('CANCELLED', 'Cancelled.')
      : toEngineError(thrown);
    terminal.fail(error, json);
    process.exitCode = error.code === 'CANCELLED' ? exitCodes.cancelled : exitCodes.failed;
  } finally {
    await engine.dispose();
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}
