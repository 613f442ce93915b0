import type { EvalReport } from '../../protocol/eval-report.ts';
import { breakdownValues } from '../../protocol/eval-report.ts';
import type { CsvCell } from './csv-lines.ts';
import { csvLines } from './csv-lines.ts';

/** The report's numbers for spreadsheets: one line each, with the part of the report that it belongs to. */
export function reportCsv(report: EvalReport): string {
  const rows: (readonly CsvCell[])[] = [
    ['part', 'name', 'measure', 'value', 'lowest', 'highest', 'samples'],
    ...report.figures.map(({ name, value, lowest, highest, samples }) => [
      'figure',
      name,
      'percent',
      value,
      lowest,
      highest,
      samples,
    ]),
    ...report.figures.flatMap(({ name, published }) =>
      published.map(({ model, value, sources }) => [
        'published',
        name,
        `${model} (${sources.join('; ')})`,
        value,
      ]),
    ),
    ...(report.toolUse?.measures.map(({ name, value, unit }) => [
      'tools',
      name,
      unit === 'percent' ? unit : 'a question',
      value,
      undefined,
      undefined,
      report.toolUse?.samples,
    ]) ?? []),
    ...report.curves.flatMap(({ name, points }) =>
      points.map(({ overlap, recall }) => ['curve', name, `IoU ${overlap.toFixed(2)}`, recall]),
    ),
    ...(
      [
        ['moment length', report.byMomentLength],
        ['moment position', report.byMomentPosition],
        ['category', report.byCategory],
      ] as const
    ).flatMap(([part, lines]) =>
      lines.flatMap((line) =>
        Object.entries(breakdownValues(line)).map(([measure, value]) => [
          ...[part, line.name, measure, value, undefined, undefined, line.samples],
        ]),
      ),
    ),
  ];
  return csvLines(rows);
}
