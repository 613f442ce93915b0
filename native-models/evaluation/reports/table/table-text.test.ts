import { describe, expect, it } from 'vitest';
import type { EvalTable } from '../../../protocol/eval-table.ts';
import { tableCsv } from './table-csv.ts';
import { tablePage } from './table-page.ts';
import { tableLatex, tableLines, tableMarkdown } from './table-text.ts';

const cell = (mean: number, deviation?: number) => ({
  ...{ measure: 'Acc (IoU >= 0.5)', mean, values: [mean], samples: 40 },
  ...(deviation === undefined ? {} : { deviation, values: [mean - 1, mean + 1] }),
});
const odd = 'a_b & 100% {of} \\input{x} $y$ #1 ~^ | <i>';
const table: EvalTable = {
  ...{ schemaVersion: 1, benchmark: 'own', title: 'Own annotations, test', measures: ['Acc (IoU >= 0.5)'] },
  rows: [
    { name: 'first', runs: 1, samples: 40, cells: [cell(50)] },
    {
      ...{ name: odd, runs: 2, samples: 40, cells: [cell(61.25, 1.4142)] },
      together: { measure: 'Acc', passAt: [1, 2].map((k) => ({ k, value: 60 + k })), selfConsistency: 62.5 },
    },
  ],
  tests: [
    {
      ...{ row: odd, measure: 'Acc (IoU >= 0.5)', difference: 11.25, samples: 40 },
      ...{ pValue: 0.01, adjusted: 0.01, test: 'paired bootstrap' },
    },
  ],
  published: [{ model: 'VideoMind-2B', values: [{ measure: 'Acc (IoU >= 0.5)', value: 55.5 }] }],
  ...{ doubts: [{ row: 'first', code: 'limited', message: 'Only some.', spoils: true }], trustworthy: false },
};

/** Reads a `tabular` as TeX would split it: fails on unbalanced braces, unknown commands and characters that TeX acts upon. */
function parseTabular(source: string): { readonly columns: string; readonly rows: string[][] } {
  const text = source.replace(/^%.*$/gm, '');
  const commands = [...text.matchAll(/\\([a-zA-Z]+)/g)].map(([, name = '']) => name);
  const known = ['begin', 'end', 'centering', 'caption', 'toprule', 'midrule', 'bottomrule', 'pm', 'dots'];
  const letters = ['textbackslash', 'textasciicircum', 'textasciitilde'];
  expect(commands.filter((name) => ![...known, ...letters].includes(name))).toEqual([]);
  const bare = text.replace(/\\[\\{}$&#%_]/g, '');
  let depth = 0;
  for (const character of bare) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
  expect((bare.match(/\$/g) ?? []).length % 2).toBe(0);
  // Outside mathematics these would end the run: subscripts, parameters, comments.
  expect(bare.replace(/\$[^$]*\$/g, '')).not.toMatch(/[#%_^~]/);
  const [, columns = '', body = ''] = /\\begin\{tabular\}\{(\w+)\}([^]*?)\\end\{tabular\}/.exec(text) ?? [];
  const lines = body.replace(/\\(top|mid|bottom)rule/g, '').split(/\\\\(?![a-z])/);
  const rows = lines.map((line) => line.split(/(?<!\\)&/).map((one) => one.trim()));
  return { columns, rows: rows.filter((row) => row.join('') !== '') };
}

describe('a table in text', () => {
  it('has mean ± deviation, what runs say together, marks of significance and the published row', () => {
    const { headings, rows, notes } = tableLines(table);
    expect(headings).toEqual(['', 'Runs', 'Samples', 'Acc (IoU >= 0.5)', 'pass@2', 'Majority']);
    expect(rows).toEqual([
      ['first', '1', '40', '50.0', '–', '–'],
      [odd, '2', '40', '61.3 ± 1.4*', '62.0', '62.5'],
      ['VideoMind-2B (published)', '–', '–', '55.5', '–', '–'],
    ]);
    expect(notes).toContain('first: Only some.');
    expect(notes.join(' ')).toContain('a paired bootstrap, p < 0.05 after Holm’s correction for 1 test');
  });

  it('is LaTeX that names cannot break: as many cells as columns, nothing that TeX acts upon', () => {
    const { columns, rows } = parseTabular(tableLatex(table));
    expect(columns).toBe('lrrrrr');
    expect(rows.map((row) => row.length)).toEqual([6, 6, 6, 6]);
    expect(rows[2]?.[3]).toBe('61.3 $\\pm$ 1.4$^{*}$');
    expect(rows[2]?.[0]).toContain('\\textbackslash{}input\\{x\\}');
  });

  it('is LaTeX that says where it needs another compiler than pdfLaTeX', () => {
    const named = (name: string): string =>
      tableLatex({
        ...table,
        tests: [],
        rows: table.rows.map((row, index) => (index === 0 ? { ...row, name } : row)),
      });
    expect(named('Größe ≥ 3')).not.toContain('XeLaTeX');
    expect(named('狗')).toContain('% Letters beyond Latin-1: XeLaTeX or LuaLaTeX');
    expect(named('狗')).toContain('  狗 & ');
  });

  it('is Markdown, CSV and a page in which names are text', () => {
    const lines = tableMarkdown(table).split('\n');
    const widths = lines.filter((line) => line.startsWith('|')).map((line) => line.split(/(?<!\\)\|/).length);
    expect(new Set(widths)).toEqual(new Set([8]));
    expect(tableCsv(table).split('\r\n')[0]).toBe('part,row,measure,value,deviation,runs,samples,p,adjusted');
    expect(tableCsv(table)).toContain('run,a_b & 100%');
    expect(tablePage(table)).toContain('&lt;i&gt;');
    expect(tablePage(table)).not.toMatch(/<i>|<script/);
  });
});
