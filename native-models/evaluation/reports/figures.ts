import type { Figure } from '../../protocol/eval-report.ts';
import type { EvalScoreResult } from '../../protocol/eval-score.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import { benchmarkKey, metricName } from '../../protocol/eval-task.ts';
import type { BootstrapOptions } from './bootstrap.ts';
import { interval95, resampledMeans } from './bootstrap.ts';
import type { Measure } from './measures.ts';
import { forgivingAccuracy, measureName, measures } from './measures.ts';
import type { FigurePlace } from './published-figures.ts';
import { publishedFigures } from './published-figures.ts';
import type { ScoredSample } from './scored-samples.ts';
import { scoringMode } from './scored-samples.ts';

/** A figure to show: its name, and where its number comes from. */
interface WantedFigure {
  readonly name: string;
  readonly place: FigurePlace;
  readonly published: Figure['published'];
}

/**
 * The figures that a benchmark is reported by, each with the published ones and the range in which 95 % of resampled runs
 * lie. A benchmark that nothing is published for gets the field's common ones.
 *
 * @param score as printed: QVHighlights' own figures are taken from it, without a range
 */
export function reportFigures(
  benchmark: BenchmarkName,
  samples: readonly ScoredSample[],
  score: EvalScoreResult,
  options: BootstrapOptions,
): Figure[] {
  const all = measures(benchmark);
  const wanted = [...wantedFigures(benchmark, all, samples), ...forgivingFigures(benchmark)];
  const columns = wanted.map(({ place }) => columnOf(place, all, samples));
  const taken = columns.flatMap((column) => column ?? []);
  const means = resampledMeans(taken, options);
  return wanted.flatMap(({ name, place, published }, index) => {
    const column = columns[index];
    if (column === undefined) {
      const value = printedValue(place, score);
      return value === undefined
        ? []
        : [{ name, value, samples: score.coverage.grounding.scored || score.coverage.samples, published }];
    }
    const values = column.filter((one) => !Number.isNaN(one));
    if (values.length === 0) return [];
    const range = interval95(means[taken.indexOf(column)] ?? new Float64Array());
    return [
      {
        name,
        value: (values.reduce((sum, one) => sum + one, 0) / values.length) * 100,
        ...(range === undefined ? {} : { lowest: range.lowest * 100, highest: range.highest * 100 }),
        samples: values.length,
        published,
      },
    ];
  });
}

/** The measures that a benchmark is reported by, without the published figures: for comparisons. */
export function reportedMeasures(
  benchmark: BenchmarkName,
  samples: readonly ScoredSample[],
): readonly Measure[] {
  const all = measures(benchmark);
  const wanted = wantedFigures(benchmark, all, samples);
  const found = wanted.flatMap(({ place }) =>
    'key' in place || place.row !== 'all' ? [] : (findMeasure(place, all) ?? []),
  );
  const forgiving = forgivingFigures(benchmark).flatMap(({ place }) => findMeasure(place, all) ?? []);
  return [...(found.length > 0 ? found : commonMeasures(all, samples)), ...forgiving];
}

function wantedFigures(
  benchmark: BenchmarkName,
  all: readonly Measure[],
  samples: readonly ScoredSample[],
): readonly WantedFigure[] {
  const published = publishedFigures(benchmarkKey(benchmark));
  if (published.length > 0) {
    return published.map(({ metric, place, models }) => ({
      name: metric,
      place,
      published: Object.entries(models).flatMap(([model, values]) =>
        values.map(({ value, sources }) => ({ model, value, sources })),
      ),
    }));
  }
  return (chosenMeasures(benchmark, all) ?? commonMeasures(all, samples)).map((measure) => ({
    name: measureName(measure),
    place: { table: measure.table, column: measure.column, row: 'all' },
    published: [],
  }));
}

/** Beside the accuracy as published; where choices are heard as `ask` hears them there is no other. */
function forgivingFigures(benchmark: BenchmarkName): readonly WantedFigure[] {
  if (scoringMode(benchmark).answers === 'as-asked') return [];
  const place = { table: 'QA', column: forgivingAccuracy, row: 'all' };
  return [{ name: forgivingAccuracy, place, published: [] }];
}

/** Those that a task names, in its order; undefined where it names none. */
function chosenMeasures(benchmark: BenchmarkName, all: readonly Measure[]): readonly Measure[] | undefined {
  if (typeof benchmark === 'string') return undefined;
  return benchmark.metrics?.flatMap((metric) => {
    const name = metricName(metric);
    return all.find((measure) => measureName(measure) === name) ?? [];
  });
}

const commonColumns = ['R1@0.3', 'R1@0.5', 'R1@0.7', 'mIoU', 'Acc', 'Acc (IoU >= 0.5)'];

function commonMeasures(all: readonly Measure[], samples: readonly ScoredSample[]): readonly Measure[] {
  const isGrounded = samples.some(({ score }) => score.grounding !== undefined);
  return all.filter(
    ({ table, column }) =>
      table !== 'Grounding (IoP)' &&
      commonColumns.includes(column) &&
      (isGrounded || column !== 'Acc (IoU >= 0.5)'),
  );
}

function findMeasure(place: FigurePlace, all: readonly Measure[]): Measure | undefined {
  if ('key' in place) return undefined;
  return all.find(({ table, column }) => table === place.table && column === place.column);
}

/** A sample's number, once for each time that it counts under the row; undefined where no measure stands behind it. */
function columnOf(
  place: FigurePlace,
  all: readonly Measure[],
  samples: readonly ScoredSample[],
): Float64Array | undefined {
  const measure = findMeasure(place, all);
  if (measure === undefined || 'key' in place) return undefined;
  return Float64Array.from(samples, (sample) =>
    place.row === 'all' || sample.tasks.includes(place.row) ? measure.of(sample) : NaN,
  );
}

function printedValue(place: FigurePlace, score: EvalScoreResult): number | undefined {
  if ('key' in place) {
    const value = score.metrics?.['brief'];
    const found = typeof value === 'object' ? value[place.key] : undefined;
    return typeof found === 'number' ? found : undefined;
  }
  const table = { ...score.beside, ...score.tables }[place.table];
  if (table === undefined || !('rows' in table)) return undefined;
  const row = table.rows.find(([name]) => name === place.row) ?? table.rows.at(-1);
  const cell = row?.[table.columns.indexOf(place.column)];
  return cell === undefined ? undefined : Number(cell);
}
