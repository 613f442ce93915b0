import path from 'node:path';
import { counted } from '../../native-models/protocol/counted.ts';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ReportHints } from '../host/evaluation/report-request.ts';
import { metricValuesPath, reportRequest } from '../host/evaluation/report-request.ts';
import { runMetricCommands } from '../host/evaluation/tasks/metric-commands.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs the commands by which a task measures replies, in its file's folder, and keeps what they say beside the run. They are those
 * of the file that the command line names, never of a run's own description: a run may come from anybody.
 *
 * @throws EngineError METRIC_FAILED, CANCELLED; ARGUMENT_INVALID for a folder that is no run: its predictions lie where the values
 *   would be kept, and these would be read as predictions later
 */
export async function measureByCommands(
  terminal: Terminal,
  { engine, signal }: Pick<Session, 'engine' | 'signal'>,
  folder: string,
  taskFile: string,
  hints: ReportHints,
): Promise<void> {
  const { predictionsPath, benchmark, facts } = await reportRequest(folder, hints);
  if (facts === undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${folder} was not made by \`eval run\`.`, {
      remedy: 'Leave --run-commands out, or name the folder of a run.',
    });
  }
  const items = await engine.call('evalMetricItems', { predictionsPath, benchmark }, { signal });
  await runMetricCommands(items, {
    valuesPath: metricValuesPath(folder),
    folder: path.dirname(path.resolve(taskFile)),
    signal,
    onCommand: ({ name, command }, samples) => {
      terminal.note(`${name}: ${command.join(' ')} (${counted(samples, 'line')})`);
    },
  });
}
