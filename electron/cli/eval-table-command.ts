import path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { TableForm } from './eval-table-view.ts';
import { showTable, tableForms } from './eval-table-view.ts';
import { wholeNumber } from './option-values.ts';
import { runSession } from './session.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly form: TableForm;
  readonly out?: string;
  readonly seed: number;
  readonly json?: boolean;
}

const help = `
Runs that differ in nothing but the seed share a row: mean ± standard deviation, pass@k and the majority’s choice. Every other
row is tested against the first, sample by sample (McNemar’s exact test, or a paired bootstrap), corrected by Holm’s method.

Examples:
  videomind eval table runs/charades-2b runs/charades-7b
  videomind eval table runs/frames --form latex > frames.tex
  videomind eval table runs/* --out tables/all`;

/** `eval table RUN…`: many runs in one table. */
export function addEvalTableCommand(program: Command, terminal: Terminal): void {
  program
    .command('table')
    .description('Show many runs of one benchmark in one table, for the terminal or a paper.')
    .argument('<run...>', 'folders of `eval run`, or of a sweep')
    .addOption(new Option('--form <name>', 'how it is printed').choices([...tableForms]).default('terminal'))
    .option('--out <file>', 'also write it to this name with .md, .tex, .csv, .html and .json')
    .option('--seed <n>', 'of the resampling', wholeNumber(0), 0)
    .option('--json', 'print the table as JSON')
    .addHelpText('after', help)
    .action(async (runs: readonly string[], { form, out, seed, json = false }: Options) => {
      await runSession(terminal, json, (session) => {
        const folders = runs.map((folder) => path.resolve(folder));
        const files = out === undefined ? {} : { writeTo: path.resolve(out) };
        return showTable(terminal, session, folders, { json, form, seed, ...files });
      });
    });
}
