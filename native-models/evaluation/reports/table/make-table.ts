import type {
  EvalTable,
  EvalTableRequest,
  EvalTableResult,
  TableCell,
} from '../../../protocol/eval-table.ts';
import { benchmarkKey } from '../../../protocol/eval-task.ts';
import { resampledMeans } from '../bootstrap.ts';
import { runDoubts } from '../../../protocol/run-doubts.ts';
import { reportedMeasures } from '../figures.ts';
import type { Measure } from '../measures.ts';
import { measureName } from '../measures.ts';
import { publishedFigures } from '../published-figures.ts';
import type { ScoredSample } from '../scored-samples.ts';
import { readScoredSamples } from '../scored-samples.ts';
import { bootstrapPValue, holmAdjusted, mcNemarPValue } from '../significance.ts';
import { isMajorityRight, meanAndDeviation, passAt, shownPasses } from './repeats.ts';
import { tableCsv } from './table-csv.ts';
import { tablePage } from './table-page.ts';
import { tableLatex, tableLines, tableMarkdown } from './table-text.ts';

type Row = EvalTable['rows'][number];
type Test = EvalTable['tests'][number];

/** A row's runs, sample by sample. */
interface ScoredRow {
  readonly name: string;
  readonly runs: readonly (readonly ScoredSample[])[];
}

/**
 * One table of many runs: each figure as the mean of a row's runs with its deviation, pass@k and self-consistency of those that
 * sample, and a test of every figure against the first row's, corrected for being many.
 *
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function makeTable(
  request: EvalTableRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EvalTableResult> {
  const { benchmark, title } = request;
  const rows: ScoredRow[] = [];
  for (const { name, runs } of request.rows) {
    const scored = [];
    for (const { predictionsPath, verdictsPath, metricValuesPath } of runs) {
      const beside = { verdictsPath, metricValuesPath, signal };
      scored.push(await readScoredSamples(predictionsPath, benchmark, beside));
    }
    rows.push({ name, runs: scored });
  }
  const samples = rows.flatMap(({ runs }) => runs.flat());
  const measures = reportedMeasures(benchmark, samples).filter((measure) =>
    samples.some((sample) => !Number.isNaN(measure.of(sample))),
  );
  const doubts = request.rows.flatMap(({ name, runs }) => {
    const told = new Map(
      runs.flatMap(({ facts }) => runDoubts(facts)).map((doubt) => [doubt.message, doubt]),
    );
    return [...told.values()].map((doubt) => ({ ...doubt, row: name }));
  });
  const [first, ...others] = rows;
  const counts = new Set(rows.flatMap(({ runs }) => runs.map((samples) => samples.length)));
  const table: EvalTable = {
    schemaVersion: 1,
    benchmark: benchmarkKey(benchmark),
    ...(title === undefined ? {} : { title }),
    measures: measures.map(measureName),
    rows: rows.map((row) => summary(row, measures)),
    tests: first === undefined ? [] : testRows(first, others, measures, request),
    published: publishedRows(benchmarkKey(benchmark), measures),
    doubts,
    trustworthy: counts.size === 1 && !doubts.some(({ spoils }) => spoils),
  };
  return {
    table,
    lines: tableLines(table),
    markdown: tableMarkdown(table),
    latex: tableLatex(table),
    csv: tableCsv(table),
    html: tablePage(table),
  };
}

function summary({ name, runs }: ScoredRow, measures: readonly Measure[]): Row {
  const cells = measures.flatMap((measure): TableCell[] => {
    const taken = runs.map((samples) =>
      samples.map((one) => measure.of(one)).filter((one) => !Number.isNaN(one)),
    );
    const values = taken.map((numbers) => (sum(numbers) / numbers.length) * 100);
    if (values.some(Number.isNaN)) return [];
    const samples = Math.max(...taken.map((numbers) => numbers.length));
    return [{ measure: measureName(measure), ...meanAndDeviation(values), values, samples }];
  });
  const together = runs.length < 2 ? undefined : saidTogether(runs, measures);
  return {
    name,
    runs: runs.length,
    samples: Math.max(...runs.map((samples) => samples.length)),
    cells,
    ...(together === undefined ? {} : { together }),
  };
}

/** By answers where there are some, else by the first yes-or-no measure of moments at half overlap. */
function saidTogether(runs: ScoredRow['runs'], measures: readonly Measure[]): Row['together'] {
  const binary = measures.filter(({ isBinary }) => isBinary);
  const wanted = ['Acc', 'long-acc.', 'R1@0.5'].flatMap(
    (column) => binary.find((measure) => measure.column === column) ?? [],
  );
  const measure = wanted.find((one) =>
    runs.every((samples) => samples.some((s) => !Number.isNaN(one.of(s)))),
  );
  if (measure === undefined) return undefined;
  const byId = Map.groupBy(runs.flat(), ({ id }) => id);
  const whole = [...byId.values()].filter(
    (samples) => samples.length === runs.length && samples.every((one) => !Number.isNaN(measure.of(one))),
  );
  if (whole.length === 0) return undefined;
  const right = whole.map((samples) => sum(samples.map((one) => measure.of(one))));
  const passes = shownPasses(runs.length).map((k) => ({
    k,
    value: (sum(right.map((count) => passAt(k, count, runs.length))) / whole.length) * 100,
  }));
  const votes = whole.map((samples) => samples.flatMap(({ score }) => score.answer ?? []));
  const isChosen = measure.table === 'QA' && votes.flat().some(({ heard }) => heard !== undefined);
  return {
    measure: measureName(measure),
    passAt: passes,
    ...(isChosen ? { selfConsistency: (votes.filter(isMajorityRight).length / whole.length) * 100 } : {}),
  };
}

function testRows(
  first: ScoredRow,
  others: readonly ScoredRow[],
  measures: readonly Measure[],
  options: Pick<EvalTableRequest, 'resamples' | 'seed'>,
): Test[] {
  const tests = others.flatMap((row) =>
    measures.flatMap((measure): Omit<Test, 'adjusted'>[] => {
      const [was, is] = [sampleMeans(first, measure), sampleMeans(row, measure)];
      const pairs = [...was].flatMap(([id, a]): [number, number][] => {
        const b = is.get(id);
        return b === undefined ? [] : [[a, b]];
      });
      if (pairs.length === 0) return [];
      const differences = Float64Array.from(pairs, ([a, b]) => b - a);
      const tested = { row: row.name, measure: measureName(measure), samples: pairs.length };
      const difference = (sum(differences) / pairs.length) * 100;
      if (measure.isBinary && first.runs.length === 1 && row.runs.length === 1) {
        const onlyFirst = differences.filter((one) => one < 0).length;
        const onlyOther = differences.filter((one) => one > 0).length;
        return [{ ...tested, difference, pValue: mcNemarPValue(onlyFirst, onlyOther), test: 'McNemar' }];
      }
      const [resampled = new Float64Array()] = resampledMeans([differences], options);
      return [{ ...tested, difference, pValue: bootstrapPValue(resampled), test: 'paired bootstrap' }];
    }),
  );
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  return tests.map((test, index) => ({ ...test, adjusted: adjusted[index] ?? 1 }));
}

/** A sample's mean over a row's runs, by id; those that take no part are left out. */
function sampleMeans({ runs }: ScoredRow, measure: Measure): ReadonlyMap<string, number> {
  const byId = Map.groupBy(runs.flat(), ({ id }) => id);
  return new Map(
    [...byId].flatMap(([id, samples]): [string, number][] => {
      const mean = sum(samples.map((one) => measure.of(one))) / samples.length;
      return Number.isNaN(mean) ? [] : [[id, mean]];
    }),
  );
}

function publishedRows(benchmark: string, measures: readonly Measure[]): EvalTable['published'] {
  const rows = new Map<string, { measure: string; value: number }[]>();
  for (const { place, models } of publishedFigures(benchmark)) {
    if ('key' in place || place.row !== 'all') continue;
    const measure = measures.find(({ table, column }) => table === place.table && column === place.column);
    if (measure === undefined) continue;
    for (const [model, [printed]] of Object.entries(models)) {
      if (printed === undefined) continue;
      rows.set(model, [...(rows.get(model) ?? []), { measure: measureName(measure), value: printed.value }]);
    }
  }
  return [...rows].map(([model, values]) => ({ model, values }));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
