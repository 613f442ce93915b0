import { counted, firstSamples } from '../../native-models/protocol/counted.ts';
import { breakdownColumns, breakdownValues, rangeNote } from '../../native-models/protocol/eval-report.ts';
import type { BreakdownRow, EvalReport, ToolUse } from '../../native-models/protocol/eval-report.ts';
import type { Style } from './terminal.ts';
import { printable, table } from './text-layout.ts';

/** A report as lines for a terminal: the figures first, what they rest on last; pure. */
export function reportLines(report: EvalReport, style: Style): string[] {
  const { facts, score, calibration } = report;
  const { grounding, answers, samples } = score.coverage;
  const made = [facts.model, facts.precision, facts.device, facts.roles?.join(', ')];
  const known = made.filter((fact) => fact !== undefined);
  const split = facts.split === undefined ? '' : `, ${facts.split}`;
  return [
    style.bold(`${report.benchmark}${split}${part(facts)}`),
    ...(known.length === 0 ? [] : [known.join(' · ')]),
    '',
    ...figureLines(report.figures),
    '',
    ...toolUseLines([{ name: 'This run', use: report.toolUse }], style),
    ...breakdownLines('By length of the true moment', report.byMomentLength, style),
    ...breakdownLines('By place of the true moment', report.byMomentPosition, style),
    ...breakdownLines('By category', report.byCategory, style),
    ...(calibration === undefined
      ? []
      : [`The verifier’s score is off by ${(calibration.error * 100).toFixed(1)} points on average.`]),
    `${counted(samples, 'sample')}; ${counted(grounding.scored, 'moment')} scored (${counted(grounding.failed, 'reply', 'replies')} without one, ${grounding.notGrounded} not looked for), ${counted(answers.scored, 'answer')} scored (in ${counted(answers.failed, 'reply', 'replies')} no option, ${answers.unanswered} unanswered).`,
    ...doubtLines(report, style),
  ];
}

/** ": the first 3 of 10 samples", which no table may be without. */
function part({ limit, available }: EvalReport['facts']): string {
  return limit === undefined ? '' : `: ${firstSamples(limit, available)}`;
}

function figureLines(figures: EvalReport['figures']): string[] {
  if (figures.length === 0) return ['There is nothing to score.'];
  const note = rangeNote(figures);
  const models = [...new Set(figures.flatMap(({ published }) => published.map(({ model }) => model)))].sort();
  const lines = table(
    ['Measure', 'This run', '95 % range', 'Samples', ...models],
    figures.map(({ name, value, lowest, highest, samples, published }) => [
      name,
      value.toFixed(1),
      lowest === undefined || highest === undefined ? '–' : `${lowest.toFixed(1)} – ${highest.toFixed(1)}`,
      String(samples),
      ...models.map((model) => {
        const values = published.filter((one) => one.model === model).map((one) => one.value.toFixed(1));
        return values.length === 0 ? '–' : values.join(' / ');
      }),
    ]),
  );
  return [...lines, ...(note === undefined ? [] : [note])];
}

/** How runs that were asked with tools made use of them, a column each; nothing where none was; pure. */
export function toolUseLines(
  runs: readonly { readonly name: string; readonly use: ToolUse | undefined }[],
  style: Style,
): string[] {
  const measures = runs.flatMap(({ use }) => use?.measures ?? []);
  if (measures.length === 0) return [];
  const names = new Map(measures.map(({ key, name }) => [key, name]));
  const cell = (use: ToolUse | undefined, wanted: string): string => {
    const found = use?.measures.find(({ key }) => key === wanted);
    if (found === undefined) return '–';
    return found.unit === 'percent' ? `${found.value.toFixed(1)} %` : found.value.toFixed(2);
  };
  return [
    style.bold('Tools'),
    ...table(
      ['', ...runs.map(({ name }) => name)],
      [...names].map(([key, name]) => [name, ...runs.map(({ use }) => cell(use, key))]),
    ),
    '',
  ];
}

function breakdownLines(title: string, rows: readonly BreakdownRow[], style: Style): string[] {
  if (rows.length === 0) return [];
  const cell = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(1));
  const columns = breakdownColumns(rows);
  return [
    style.bold(title),
    ...table(
      ['', 'Samples', ...columns.map(printable)],
      rows.map((row) => {
        const values = breakdownValues(row);
        return [printable(row.name), String(row.samples), ...columns.map((name) => cell(values[name]))];
      }),
    ),
    '',
  ];
}

function doubtLines({ trustworthy, doubts }: EvalReport, style: Style): string[] {
  if (doubts.length === 0) return [];
  return [
    trustworthy
      ? style.bold('To be known:')
      : style.warning('Do not quote these figures before this is looked into:'),
    ...doubts.map(({ message }) => `  ${printable(message)}`),
  ];
}
