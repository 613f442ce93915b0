import { basename } from 'node:path';
import type { EvalMetricItems, EvalMetricItemsRequest } from '../../protocol/eval-metrics.ts';
import { ownMetrics } from '../../protocol/eval-task.ts';
import { IssueLog } from './issue-log.ts';
import { predictionFiles, readObjects } from './prediction-files.ts';
import { measuredLine, metricKey } from './task-measures.ts';

/**
 * What commands of a task are to be given of a folder of predictions, each line once.
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function metricItems(
  { predictionsPath, benchmark }: EvalMetricItemsRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EvalMetricItems> {
  const commands = ownMetrics(benchmark).flatMap((metric) => ('command' in metric ? [metric] : []));
  const pattern = typeof benchmark === 'string' ? undefined : benchmark.parser?.text;
  const lines = commands.map(() => new Map<string, string>());
  const issues = new IssueLog();
  for (const path of commands.length === 0 ? [] : await predictionFiles(predictionsPath, issues)) {
    for await (const batch of readObjects(path, basename(path), issues, signal)) {
      for (const { fields } of batch) {
        const line = measuredLine(fields, pattern);
        if (line === undefined) continue;
        commands.forEach((metric, index) => {
          lines[index]?.set(metricKey(metric, line), JSON.stringify(line));
        });
      }
    }
  }
  return {
    metrics: commands.map(({ name, command }, index) => ({
      name,
      command,
      items: [...(lines[index] ?? [])].map(([key, line]) => ({ key, line })),
    })),
  };
}
