import type { Conflict } from '../../contract/project-files.ts';
import { jsonOf, numberOf, textOf } from '../database.ts';
import type { Database } from '../database.ts';

/** Where files of others say something else than a project, in the order in which they came. */
export function listConflicts(database: Database, { projectId }: { readonly projectId: string }): Conflict[] {
  return database
    .all('SELECT * FROM conflicts WHERE project_id = :projectId ORDER BY at_ms, id', { projectId })
    .map((row) => ({
      id: textOf(row, 'id'),
      kind: textOf(row, 'kind') as Conflict['kind'],
      itemId: textOf(row, 'item_id'),
      fields: JSON.parse(textOf(row, 'fields')) as string[],
      theirs: row['theirs'] === null ? null : (JSON.parse(textOf(row, 'theirs')) as Conflict['theirs']),
      source: textOf(row, 'source'),
      atMs: numberOf(row, 'at_ms'),
    }));
}

/** Adds one, unless it is known. */
export function addConflict(database: Database, projectId: string, conflict: Conflict): void {
  const { id, kind, itemId, fields, theirs, source, atMs } = conflict;
  database.run(
    `INSERT OR IGNORE INTO conflicts (project_id, id, kind, item_id, fields, theirs, source, at_ms)
     VALUES (:projectId, :id, :kind, :itemId, :fields, :theirs, :source, :atMs)`,
    {
      ...{ projectId, id, kind, itemId, source, atMs, fields: JSON.stringify(fields) },
      theirs: jsonOf(theirs ?? undefined),
    },
  );
}

/** @returns whether it was there. */
export function dropConflict(
  database: Database,
  { projectId, id }: { readonly projectId: string; readonly id: string },
): boolean {
  return (
    database.run('DELETE FROM conflicts WHERE project_id = :projectId AND id = :id', { projectId, id }) > 0
  );
}
