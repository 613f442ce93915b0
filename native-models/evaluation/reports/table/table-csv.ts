import type { EvalTable } from '../../../protocol/eval-table.ts';
import { csvLines } from '../csv-lines.ts';

/** Every number of a table, a line each: spreadsheets and data frames turn it as they like. */
export function tableCsv({ rows, tests, published }: EvalTable): string {
  return csvLines([
    ['part', 'row', 'measure', 'value', 'deviation', 'runs', 'samples', 'p', 'adjusted'],
    ...rows.flatMap(({ name, runs, cells, together }) => [
      ...cells.map(({ measure, mean, deviation, samples }) => [
        ...(['figure', name, measure, mean, deviation, runs, samples] as const),
      ]),
      ...cells.flatMap(({ measure, values, samples }) =>
        values.length < 2 ? [] : values.map((value) => ['run', name, measure, value, undefined, 1, samples]),
      ),
      ...(together?.passAt ?? []).map(({ k, value }) => [
        ...(['together', name, `${together?.measure ?? ''} pass@${k}`, value, undefined, runs] as const),
      ]),
      ...(together?.selfConsistency === undefined
        ? []
        : [['together', name, `${together.measure} majority`, together.selfConsistency, undefined, runs]]),
    ]),
    ...tests.map(({ row, measure, difference, samples, pValue, adjusted, test }) => [
      ...([`test (${test})`, row, measure, difference, undefined, undefined] as const),
      ...([samples, pValue, adjusted] as const),
    ]),
    ...published.flatMap(({ model, values }) =>
      values.map(({ measure, value }) => ['published', model, measure, value]),
    ),
  ]);
}
