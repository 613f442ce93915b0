import { basename } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalExportRequest } from '../../protocol/eval-files.ts';
import type { Prediction } from '../../protocol/eval-run.ts';
import { submissionLine } from '../runner/written-sample.ts';
import { IssueLog } from '../scoring/issue-log.ts';
import { predictionFiles, readObjects } from '../scoring/prediction-files.ts';

/**
 * Predictions in another form: `qvhighlights` is what its server takes, one line a query.
 *
 * @returns the file's text, how many predictions it holds, and how many lack what the form needs and were left out
 * @throws EngineError FOLDER_NOT_FOUND, PREDICTIONS_NOT_FOUND where there is none, CANCELLED
 */
export async function exportPredictions(
  { predictionsPath }: EvalExportRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly text: string; readonly written: number; readonly leftOut: number }> {
  const issues = new IssueLog();
  const lines: string[] = [];
  let leftOut = 0;
  for (const path of await predictionFiles(predictionsPath, issues)) {
    for await (const batch of readObjects(path, basename(path), issues, signal)) {
      for (const { fields } of batch) {
        const isQuery = fields['qid'] !== undefined && Array.isArray(fields['pred']);
        if (isQuery) lines.push(`${JSON.stringify(submissionLine(fields as Prediction))}\n`);
        else leftOut++;
      }
    }
  }
  if (lines.length === 0) {
    throw new EngineError(
      'PREDICTIONS_NOT_FOUND',
      `${predictionsPath} holds no predictions with "qid" and "pred".`,
    );
  }
  return { text: lines.join(''), written: lines.length, leftOut };
}
