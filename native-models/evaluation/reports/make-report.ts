import type { EvalReport, EvalReportRequest } from '../../protocol/eval-report.ts';
import { benchmarkKey } from '../../protocol/eval-task.ts';
import { scoredBenchmark } from '../scoring/benchmarks.ts';
import { scoreFolder } from '../scoring/score-folder.ts';
import { scoreReasoning } from '../scoring/score-reasoning.ts';
import { scorePredictions } from '../scoring/score-predictions.ts';
import { byCategory, byMomentLength, byMomentPosition } from './breakdowns.ts';
import { verifierCalibration } from './calibration.ts';
import { reportDoubts } from './doubts.ts';
import { reportFigures } from './figures.ts';
import { reportPage } from './page/report-page.ts';
import { recallCurves } from './recall-curves.ts';
import { reportCsv } from './report-csv.ts';
import { readScoredSamples, scoredKey } from './scored-samples.ts';
import { summarizeToolUse } from './tool-use.ts';
import { chooseWorst, worstCase } from './worst-cases.ts';

/**
 * Everything that a report of a run shows: its figures beside the published ones, with 95 % ranges; recall against overlap;
 * how far the verifier's scores can be believed; where in videos it goes wrong, and the worst cases with pictures.
 *
 * @throws EngineError FOLDER_NOT_FOUND, what scoring throws, CANCELLED
 */
export async function makeReport(
  request: EvalReportRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly report: EvalReport; readonly html: string; readonly csv: string }> {
  const { predictionsPath, benchmark, submissionPath, annotationsPath } = request;
  const { verdictsPath, metricValuesPath } = request;
  const { dataDir, facts, resamples } = request;
  const key = scoredKey(benchmark);
  const dumpScore =
    scoredBenchmark(key).measures === 'reasoning'
      ? await scoreReasoning(predictionsPath, benchmarkKey(key), { verdictsPath, signal })
      : await scoreFolder(predictionsPath, key, { verdictsPath, metricValuesPath, signal });
  const score =
    submissionPath === undefined || annotationsPath === undefined
      ? dumpScore
      : {
          ...dumpScore,
          ...(await scorePredictions(
            { predictionsPath: submissionPath, annotationsPath, benchmark, asPublished: false },
            { signal },
          )),
        };
  const samples = await readScoredSamples(predictionsPath, benchmark, {
    ...{ verdictsPath, metricValuesPath, signal },
  });
  const worstCases = [];
  for (const sample of chooseWorst(samples, request.worstCases)) {
    worstCases.push(await worstCase(sample, dataDir, signal));
  }
  const calibration = verifierCalibration(samples);
  const toolUse = summarizeToolUse(samples);
  const doubts = reportDoubts({ facts, score });
  const report: EvalReport = {
    schemaVersion: 1,
    benchmark: benchmarkKey(benchmark),
    facts,
    figures: reportFigures(benchmark, samples, score, { resamples, seed: request.seed }),
    curves: recallCurves(samples),
    ...(calibration === undefined ? {} : { calibration }),
    ...(toolUse === undefined ? {} : { toolUse }),
    byMomentLength: byMomentLength(samples),
    byMomentPosition: byMomentPosition(samples),
    byCategory: byCategory(samples),
    worstCases,
    score,
    resamples,
    doubts,
    trustworthy: !doubts.some(({ spoils }) => spoils),
  };
  return { report, html: reportPage(report, samples), csv: reportCsv(report) };
}
