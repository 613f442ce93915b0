import path from 'node:path';
import { counted } from '../../native-models/protocol/counted.ts';
import type { ReportHints } from '../host/evaluation/report-request.ts';
import { metricValuesPath, reportRequest } from '../host/evaluation/report-request.ts';
import { runMetricCommands } from '../host/evaluation/tasks/metric-commands.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs the commands by which a task measures replies, in its file's folder, and keeps what they say beside the run. They are those
 * of the file that the command line names, never of a run's own description: a run may come from anybody.
 *
 * @throws EngineError METRIC_FAILED, CANCELLED
 */
export async function measureByCommands(
  terminal: Terminal,
  { engine, signal }: Pick<Session, 'engine' | 'signal'>,
  folder: string,
  taskFile: string,
  hints: ReportHints,
): Promise<void> {
  const { predictionsPath, benchmark } = await reportRequest(folder, hints);
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
