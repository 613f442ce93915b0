import { safeFileName } from '../../../electron/host/contract/file-names.ts';
import type { Application } from '../../app/application.ts';
import { overviewTexts } from '../texts.ts';
import type { Column } from './sort-rows.ts';

/** What stands in a table. */
export interface SavedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/** The table as it is shown, with every value in full. */
export function tableOf<Row>(
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): SavedTable {
  return {
    name,
    columns: columns.map(({ title }) => title),
    rows: rows.map((row) => columns.map(({ valueOf }) => valueOf(row))),
  };
}

/** Writes a table as CSV: where a person says, in shells with native dialogs; else the page downloads it. */
export async function saveTable(app: Application, table: SavedTable): Promise<void> {
  const { projectId } = app.library.getState();
  if (projectId === null) return;
  const { bridge } = app;
  const fileName = `${safeFileName(table.name)}.csv`;
  const outputPath = await bridge.chooseSavePath?.(fileName);
  if (bridge.chooseSavePath !== undefined && outputPath === undefined) return;
  const written = await app.attempt(
    app.call('tablesWrite', {
      projectId,
      name: table.name,
      columns: [...table.columns],
      rows: table.rows.map((row) => row.map((cell) => cell ?? null)),
      ...(outputPath === undefined ? {} : { outputPath }),
    }),
  );
  if (written === undefined) return;
  const message = overviewTexts.written(written.fileName, table.rows.length);
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'table' } });
  if (written.mediaPath === undefined) return;
  const link = document.createElement('a');
  link.href = bridge.mediaUrl(written.mediaPath as `export/${string}`);
  link.download = written.fileName;
  link.click();
}
