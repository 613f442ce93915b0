import type { Findings } from '../findings.ts';
import { readTable } from '../table/read-table.ts';
import type { Delimiter } from '../table/split-rows.ts';
import { isLabelStudio, readLabelStudio } from './read-label-studio.ts';

/** Label Studio's CSV and TSV exports: a task a row, its results as JSON in a cell. */
export function readLabelStudioTable(
  text: string,
  findings: Findings,
  asked?: Delimiter,
): Delimiter | undefined {
  if (!text.includes('[{')) return undefined;
  const table = readTable(text, (cells) => cells.filter((cell) => /^\w+$/u.test(cell)).length, asked);
  if (table === undefined) return undefined;
  const tasks = [...table.rows].map(({ cells }) =>
    Object.fromEntries(table.header.cells.map((heading, column) => [heading, valueOf(cells[column] ?? '')])),
  );
  if (!tasks.some((task) => isLabelStudio(task))) return undefined;
  readLabelStudio(tasks, findings);
  return table.delimiter;
}

function valueOf(cell: string): unknown {
  if (!/^\s*[[{]/u.test(cell)) return cell;
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
}
