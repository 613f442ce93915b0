import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import type { EvalTable } from '../../../protocol/eval-table.ts';
import { htmlTable, section } from '../page/markup.ts';
import { pageStyle } from '../page/page-style.ts';
import { tableLines, titleOf } from './table-text.ts';

/** The table as a page that needs nothing else: no script, no network; light and dark. */
export function tablePage(table: EvalTable): string {
  const { headings, rows, notes } = tableLines(table);
  const cells = rows.map((row) => row.map(escapeMarkup));
  const tests = table.tests.map(({ row, measure, difference, samples, pValue, adjusted, test }) => [
    ...[escapeMarkup(row), escapeMarkup(measure), `${difference >= 0 ? '+' : ''}${difference.toFixed(1)}`],
    ...[String(samples), chance(pValue), chance(adjusted), test],
  ]);
  const title = escapeMarkup(titleOf(table));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${pageStyle}</style></head>
<body><h1>${title}</h1>${htmlTable(headings, cells)}
${notes.map((note) => `<p class="note">${escapeMarkup(note)}</p>`).join('\n')}
${section(
  'Differences from the first row',
  'Sample by sample, over those that both have; corrected for all of these tests by Holm’s method.',
  tests.length === 0
    ? ''
    : htmlTable(['', 'Measure', 'Difference', 'Samples', 'p', 'corrected', 'Test'], tests),
)}
</body></html>
`;
}

function chance(pValue: number): string {
  return pValue < 0.001 ? '&lt; 0.001' : pValue.toFixed(3);
}
