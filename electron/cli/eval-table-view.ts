import type { EvalTableResult } from '../../native-models/protocol/eval-table.ts';
import { writeAtomically } from '../host/files/write-atomically.ts';
import { tableRequest } from '../host/evaluation/table-request.ts';
import { exitCodes } from './exit-codes.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';
import { printable, table } from './text-layout.ts';

/** The forms that a table is printed in. */
export const tableForms = ['terminal', 'markdown', 'latex', 'csv', 'html'] as const;
export type TableForm = (typeof tableForms)[number];

export interface TableOptions {
  readonly json: boolean;
  readonly form?: TableForm;
  /** Also written to files beside each other: this with `.md`, `.tex`, `.csv`, `.html` and `.json`. */
  readonly writeTo?: string;
  readonly seed?: number;
}

/** Tabulates runs, prints the table and says by the exit code whether it may be quoted. */
export async function showTable(
  terminal: Terminal,
  { engine, signal }: Session,
  folders: readonly string[],
  { json, form = 'terminal', writeTo, seed = 0 }: TableOptions,
): Promise<void> {
  const request = await tableRequest(folders);
  terminal.progress('Scoring and resampling …');
  const result = await engine.call('evalTable', { ...request, seed }, { signal });
  if (writeTo !== undefined) {
    const files = { md: result.markdown, tex: result.latex, csv: result.csv, html: result.html };
    for (const [ending, text] of Object.entries(files)) await writeAtomically(`${writeTo}.${ending}`, text);
    await writeAtomically(`${writeTo}.json`, `${JSON.stringify(result.table, undefined, 2)}\n`);
  }
  if (json) terminal.printJson(result.table);
  else terminal.print(...tableText(result, form));
  if (form !== 'terminal' || json) {
    for (const { row, code, message } of result.table.doubts) terminal.warn(code, `${row}: ${message}`);
  }
  if (writeTo !== undefined && !json) terminal.note(`Table: ${writeTo}.md, .tex, .csv, .html, .json`);
  if (!result.table.trustworthy) process.exitCode = exitCodes.doubtful;
}

function tableText(result: EvalTableResult, form: TableForm): string[] {
  const { lines, markdown, latex, csv, html } = result;
  const title = result.table.title ?? result.table.benchmark;
  if (form === 'terminal') {
    const rows = lines.rows.map((row) => row.map(printable));
    return [printable(title), ...table(lines.headings, rows), '', ...lines.notes.map(printable)];
  }
  return [{ markdown, latex, csv, html }[form].trimEnd()];
}
