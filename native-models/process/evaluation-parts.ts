import type { convertDataSet } from '../evaluation/convert/convert-data-set.ts';
import type { exportCorrectedRuns } from '../evaluation/convert/export-corrected-runs.ts';
import type { inspectBenchmark } from '../evaluation/benchmarks/inspect-benchmark.ts';
import type { openBenchmark } from '../evaluation/benchmarks/open-benchmark.ts';
import type { makeComparison } from '../evaluation/reports/compare-runs.ts';
import type { exportPredictions } from '../evaluation/reports/export-predictions.ts';
import type { sampleVerdicts } from '../evaluation/reports/sample-verdicts.ts';
import type { makeTable } from '../evaluation/reports/table/make-table.ts';
import type { makeReport } from '../evaluation/reports/make-report.ts';
import type { requestOfSample } from '../evaluation/runner/sample-request.ts';
import type { promptOfSample } from '../evaluation/runner/chat-prompt.ts';
import type { failedSample, repliedSample, writtenSample } from '../evaluation/runner/written-sample.ts';
import type { judgeItems } from '../evaluation/scoring/judge-items.ts';
import type { metricItems } from '../evaluation/scoring/metric-items.ts';
import type { makePictureVideo } from '../media/picture-video.ts';
import type { scorePredictions } from '../evaluation/scoring/score-predictions.ts';

/** A function that is loaded when it is first called. */
type Loaded<Call extends (...values: never[]) => unknown> = (
  ...values: Parameters<Call>
) => Promise<Awaited<ReturnType<Call>>>;

/** What evaluates; replaced in tests. */
export interface EvaluationParts {
  readonly openBenchmark: Loaded<typeof openBenchmark>;
  readonly inspectBenchmark: Loaded<typeof inspectBenchmark>;
  readonly convertDataSet: Loaded<typeof convertDataSet>;
  readonly exportCorrectedRuns: Loaded<typeof exportCorrectedRuns>;
  /** A video of pictures. */
  readonly makePictureVideo: Loaded<typeof makePictureVideo>;
  readonly requestOfSample: Loaded<typeof requestOfSample>;
  readonly writtenSample: Loaded<typeof writtenSample>;
  readonly failedSample: Loaded<typeof failedSample>;
  readonly repliedSample: Loaded<typeof repliedSample>;
  readonly promptOfSample: Loaded<typeof promptOfSample>;
  readonly scorePredictions: Loaded<typeof scorePredictions>;
  readonly judgeItems: Loaded<typeof judgeItems>;
  readonly metricItems: Loaded<typeof metricItems>;
  readonly makeReport: Loaded<typeof makeReport>;
  readonly sampleVerdicts: Loaded<typeof sampleVerdicts>;
  readonly makeComparison: Loaded<typeof makeComparison>;
  readonly makeTable: Loaded<typeof makeTable>;
  readonly exportPredictions: Loaded<typeof exportPredictions>;
}

const benchmarks = () => import('../evaluation/benchmarks/open-benchmark.ts');
const inspection = () => import('../evaluation/benchmarks/inspect-benchmark.ts');
const conversion = () => import('../evaluation/convert/convert-data-set.ts');
const correctedRuns = () => import('../evaluation/convert/export-corrected-runs.ts');
const pictures = () => import('../media/picture-video.ts');
const requests = () => import('../evaluation/runner/sample-request.ts');
const chats = () => import('../evaluation/runner/chat-prompt.ts');
const writing = () => import('../evaluation/runner/written-sample.ts');
const scoring = () => import('../evaluation/scoring/score-predictions.ts');
const judging = () => import('../evaluation/scoring/judge-items.ts');
const measuring = () => import('../evaluation/scoring/metric-items.ts');
const reports = () => import('../evaluation/reports/make-report.ts');
const verdicts = () => import('../evaluation/reports/sample-verdicts.ts');
const comparison = () => import('../evaluation/reports/compare-runs.ts');
const tables = () => import('../evaluation/reports/table/make-table.ts');
const exporting = () => import('../evaluation/reports/export-predictions.ts');

/** Loaded when first asked for: most engines never evaluate anything. */
export const evaluationParts: EvaluationParts = {
  openBenchmark: async (...values) => (await benchmarks()).openBenchmark(...values),
  inspectBenchmark: async (...values) => (await inspection()).inspectBenchmark(...values),
  convertDataSet: async (...values) => (await conversion()).convertDataSet(...values),
  exportCorrectedRuns: async (...values) => (await correctedRuns()).exportCorrectedRuns(...values),
  makePictureVideo: async (...values) => (await pictures()).makePictureVideo(...values),
  requestOfSample: async (...values) => (await requests()).requestOfSample(...values),
  writtenSample: async (...values) => (await writing()).writtenSample(...values),
  failedSample: async (...values) => (await writing()).failedSample(...values),
  repliedSample: async (...values) => (await writing()).repliedSample(...values),
  promptOfSample: async (...values) => (await chats()).promptOfSample(...values),
  scorePredictions: async (...values) => (await scoring()).scorePredictions(...values),
  judgeItems: async (...values) => (await judging()).judgeItems(...values),
  metricItems: async (...values) => (await measuring()).metricItems(...values),
  makeReport: async (...values) => (await reports()).makeReport(...values),
  sampleVerdicts: async (...values) => (await verdicts()).sampleVerdicts(...values),
  makeComparison: async (...values) => (await comparison()).makeComparison(...values),
  makeTable: async (...values) => (await tables()).makeTable(...values),
  exportPredictions: async (...values) => (await exporting()).exportPredictions(...values),
};
