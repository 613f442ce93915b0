import type { ExportFormat } from '../../contract/exports.ts';
import { numberOf, textOf } from '../database.ts';
import type { Database } from '../database.ts';

/** A file that `exportsWrite` made. */
export interface StoredExport {
  readonly id: string;
  readonly projectId: string;
  /** `project`: all of it, as a file of its own. */
  readonly format: ExportFormat | 'project';
  readonly path: string;
  readonly fileName: string;
  readonly moments: number;
  readonly bytes: number;
  readonly createdAtMs: number;
}

export function addExport(database: Database, added: StoredExport): void {
  database.run(
    `INSERT INTO exports (id, project_id, format, path, file_name, moments, bytes, created_at_ms)
     VALUES (:id, :projectId, :format, :path, :fileName, :moments, :bytes, :createdAtMs)`,
    { ...added },
  );
}

export function findExport(database: Database, { id }: { readonly id: string }): StoredExport | undefined {
  const row = database.get('SELECT * FROM exports WHERE id = :id', { id });
  if (row === undefined) return undefined;
  return {
    id: textOf(row, 'id'),
    projectId: textOf(row, 'project_id'),
    format: textOf(row, 'format') as StoredExport['format'],
    path: textOf(row, 'path'),
    fileName: textOf(row, 'file_name'),
    moments: numberOf(row, 'moments'),
    bytes: numberOf(row, 'bytes'),
    createdAtMs: numberOf(row, 'created_at_ms'),
  };
}
