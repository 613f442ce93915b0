import { randomUUID } from 'node:crypto';
import { toEngineError } from '../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import type { RunEvent } from '../../native-models/protocol/run-events.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { writeAtomically } from '../host/files/write-atomically.ts';
import { exitCodes } from './exit-codes.ts';
import { RunView } from './run-view.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Asks, shows the run as it goes, prints the result, and writes the trace where one is wanted. */
export async function runAsk(
  terminal: Terminal,
  session: Session,
  params: ParamsInput<'ask'>,
  json: boolean,
  tracePath?: string,
): Promise<RunRecord | undefined> {
  const view = new RunView(terminal.columns, terminal.style);
  const { engine, signal } = session;
  const runId = randomUUID();
  terminal.progress('Opening the model …');
  const { record, trace } = await engine.call(
    'ask',
    { ...params, runId },
    {
      signal,
      onProgress: (event) => {
        session.onInterrupt = interruptionAt(event, session.onInterrupt, () => {
          terminal.warn('SEARCH_ENDING', 'Answering from what was found up to now; Ctrl-C again cancels.');
          engine.call('settle', { runId }).catch(() => undefined);
        });
        if (event.type === 'warning') terminal.warn(event.warning.code, event.warning.message);
        const { lines, progress } = view.show(event, performance.now() / 1000);
        if (!json && lines.length > 0) terminal.print(...lines);
        if (progress !== undefined) terminal.progress(progress);
      },
    },
  );
  try {
    if (tracePath !== undefined) await writeAtomically(tracePath, `${JSON.stringify(trace)}\n`);
  } catch (error) {
    // The run is done: its record is not lost with the file.
    terminal.fail(toEngineError(error), json, { record });
    process.exitCode = exitCodes.failed;
    return undefined;
  }
  if (json) terminal.printJson(record);
  else terminal.print(...view.finish(record));
  return record;
}

/** While windows are searched and their moments verified, Ctrl-C keeps what there is; before and after it cancels. */
function interruptionAt(
  { type }: RunEvent,
  current: Session['onInterrupt'],
  settle: () => void,
): Session['onInterrupt'] {
  if (type === 'searched') return settle;
  return type === 'ranked' || type === 'answering' ? undefined : current;
}
