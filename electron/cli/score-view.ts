import { counted } from '../../native-models/protocol/counted.ts';
import type { ChangeCount, EvalScoreResult, ScoreTable } from '../../native-models/protocol/eval-score.ts';
import type { Style } from './terminal.ts';
import { table } from './text-layout.ts';

/** The tables of a score as lines for a terminal, what the figures rest on last; pure. */
export function scoreLines(result: EvalScoreResult, style: Style): string[] {
  const { tables = {}, metrics, beside = {}, coverage } = result;
  const counts = Object.entries(tables).flatMap(([title, content]) =>
    'rows' in content ? [] : [`${title}: ${changeText(content)}`],
  );
  return [
    ...tableLines(tables, style),
    ...(metrics === undefined ? [] : metricLines(metrics, style)),
    ...(counts.length === 0 ? [] : ['After verification, the first moment against before:', ...counts, '']),
    ...(Object.keys(beside).length === 0 ? [] : [style.bold('Beside the published measures'), '']),
    ...tableLines(beside, style),
    coverageText(coverage),
    result.trustworthy
      ? style.good('All predictions could be scored.')
      : style.warning('Do not quote these figures before the warnings are looked into.'),
  ];
}

function tableLines(tables: Readonly<Record<string, ScoreTable | ChangeCount>>, style: Style): string[] {
  return Object.entries(tables).flatMap(([title, content]) =>
    'rows' in content && content.rows.length > 0
      ? [style.bold(title), ...table(content.columns, content.rows), '']
      : [],
  );
}

function changeText({ count, of, percent }: ChangeCount): string {
  return `${count} of ${of} (${percent} %)`;
}

type Metrics = NonNullable<EvalScoreResult['metrics']>;

function metricLines(metrics: Metrics, style: Style): string[] {
  return Object.entries(metrics).flatMap(([title, group]) => {
    const rows = flatten(group).map(([name, value]) => [name, value.toFixed(2)]);
    return [style.bold(title), ...table(['', ''], rows).slice(1), ''];
  });
}

function flatten(group: Metrics[string], prefix = ''): (readonly [string, number])[] {
  if (typeof group === 'number') return [[prefix, group]];
  return Object.entries(group).flatMap(([name, value]) =>
    flatten(value, prefix === '' ? name : `${prefix} ${name}`),
  );
}

function coverageText({ samples, files, grounding, answers }: EvalScoreResult['coverage']): string {
  const parts = [
    `${counted(samples, 'sample')} in ${counted(files, 'file')}`,
    `${counted(grounding.scored, 'moment')} scored (${counted(grounding.failed, 'reply', 'replies')} without one, ${grounding.notGrounded} not looked for)`,
    `${counted(answers.scored, 'answer')} scored (in ${counted(answers.failed, 'reply', 'replies')} no option, ${answers.unanswered} unanswered)`,
  ];
  return `${parts.join('; ')}.`;
}
