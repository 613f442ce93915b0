import type { EvalTable, TableCell } from '../../../protocol/eval-table.ts';

/** A table as text: what every form of it says. */
export interface TableLines {
  readonly headings: string[];
  readonly rows: string[][];
  /** What stands below it. */
  readonly notes: string[];
}

/** Below this, corrected, a difference from the first row is marked. */
const level = 0.05;

/** The cells of a table as text; a difference from the first row that chance would hardly bring about has an asterisk. */
export function tableLines(table: EvalTable): TableLines {
  const { measures, rows, tests, published } = table;
  const marked = new Set(
    tests.filter(({ adjusted }) => adjusted < level).map(({ row, measure }) => `${row}\n${measure}`),
  );
  const passes = [...new Set(rows.flatMap(({ together }) => together?.passAt.map(({ k }) => k) ?? []))]
    .filter((k) => k > 1)
    .sort((a, b) => a - b);
  const votes = rows.some(({ together }) => together?.selfConsistency !== undefined);
  const headings = [
    ...['', 'Runs', 'Samples', ...measures],
    ...passes.map((k) => `pass@${k}`),
    ...(votes ? ['Majority'] : []),
  ];
  const lines = rows.map(({ name, runs, samples, cells, together }) => [
    ...[name, String(runs), String(samples)],
    ...measures.map((measure) => {
      const cell = cells.find((one) => one.measure === measure);
      return cell === undefined ? '–' : cellText(cell) + (marked.has(`${name}\n${measure}`) ? '*' : '');
    }),
    ...passes.map((k) => percent(together?.passAt.find((one) => one.k === k)?.value)),
    ...(votes ? [percent(together?.selfConsistency)] : []),
  ]);
  const quoted = published.map(({ model, values }) => [
    ...[`${model} (published)`, '–', '–'],
    ...measures.map((measure) => percent(values.find((one) => one.measure === measure)?.value)),
    ...passes.map(() => '–'),
    ...(votes ? ['–'] : []),
  ]);
  return { headings, rows: [...lines, ...quoted], notes: notes(table, votes || passes.length > 0) };
}

/** GitHub's tables. */
export function tableMarkdown(table: EvalTable): string {
  const { headings, rows, notes: below } = tableLines(table);
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  const rule = `| ${headings.map((_, column) => (column === 0 ? '---' : '---:')).join(' | ')} |`;
  const heading = `**${markdownText(titleOf(table))}**`;
  return `${[heading, '', line(headings), rule, ...rows.map(line), '', ...below.map(markdownText)].join('\n')}\n`;
}

/** A `table` with `booktabs` rules; of packages it needs that one alone. */
export function tableLatex(table: EvalTable): string {
  const { headings, rows, notes: below } = tableLines(table);
  const line = (cells: readonly string[]): string => `  ${cells.map(latexText).join(' & ')} \\\\`;
  const own = rows.slice(0, table.rows.length);
  const quoted = rows.slice(table.rows.length);
  const caption = latexText([`${titleOf(table)}.`, ...below].join(' '));
  const needs = beyondLatin.test([caption, ...own.map(line)].join(''))
    ? ['% Letters beyond Latin-1: XeLaTeX or LuaLaTeX, and a font that has them']
    : [];
  return `${[
    '% \\usepackage{booktabs}',
    ...needs,
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption}}`,
    `  \\begin{tabular}{l${'r'.repeat(headings.length - 1)}}`,
    '  \\toprule',
    line(headings),
    '  \\midrule',
    ...own.map(line),
    ...(quoted.length === 0 ? [] : ['  \\midrule', ...quoted.map(line)]),
    '  \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')}\n`;
}

/** The benchmark as people write it. */
export function titleOf({ title, benchmark }: EvalTable): string {
  return title ?? benchmark;
}

function notes({ rows, tests, doubts }: EvalTable, repeated: boolean): string[] {
  const several = rows.some(({ runs }) => runs > 1);
  const [first] = rows;
  const kinds = [...new Set(tests.map(({ test }) => test))].map((test) =>
    test === 'McNemar' ? 'McNemar’s exact test' : 'a paired bootstrap',
  );
  return [
    ...(several ? ['Several runs of a row: mean ± standard deviation over seeds.'] : []),
    ...(repeated
      ? [
          'pass@k: at least one of k runs is right (unbiased estimate); Majority: the option that most runs choose is.',
        ]
      : []),
    ...(tests.length === 0 || first === undefined
      ? []
      : [
          `*: differs from “${first.name}” by ${kinds.join(' or ')}, p < 0.05 after Holm’s correction for ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}.`,
        ]),
    ...doubts.map(({ row, message }) => `${row}: ${message}`),
  ];
}

function cellText({ mean, deviation }: TableCell): string {
  return deviation === undefined ? percent(mean) : `${percent(mean)} ± ${percent(deviation)}`;
}

function percent(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(1);
}

function markdownText(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, (character) => `\\${character}`).replace(/[\r\n]+/g, ' ');
}

const latexCharacters: Readonly<Record<string, string>> = {
  ...{ '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', $: '\\$', '&': '\\&', '#': '\\#', '%': '\\%' },
  ...{ _: '\\_', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}', '`': '\\textasciigrave{}' },
  // At the beginning of a row it would be an argument of the end of the row before.
  ...{ '[': '{[}', ']': '{]}' },
  ...{ '“': '``', '”': "''", '‘': '`', '’': "'", '–': '--', '—': '---', '…': '\\dots{}' },
  ...{ '±': '$\\pm$', '<': '$<$', '>': '$>$', '|': '$|$', '*': '$^{*}$', '−': '$-$', '×': '$\\times$' },
  ...{ '≥': '$\\geq$', '≤': '$\\leq$', '≈': '$\\approx$', '→': '$\\to$', κ: '$\\kappa$' },
};
const latexCharacter = new RegExp(
  `[${Object.keys(latexCharacters)
    .map((character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .join('')}]`,
  'gu',
);
/** What pdfLaTeX has no letters for of its own. */
const beyondLatin = /[^\p{ASCII}\u00a0-\u00ff]/u;

/** What others named is text in LaTeX too, and never a command. */
function latexText(text: string): string {
  return (
    text
      .replace(/\p{Cc}+/gu, ' ')
      // Two of a kind would become another character.
      .replace(/-(?=-)|'(?=')/g, '$&\u200b')
      .replace(latexCharacter, (character) => latexCharacters[character] ?? character)
      .replaceAll('\u200b', '{}')
  );
}
