import type { Label, LabelAttribute, Track } from '../../contract/library.ts';
import { jsonOf, numberOf, optionalJson, optionalNumber, optionalText, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** A label or a track with its place among the others. */
export type Placed<Item> = Item & { readonly position: number };

/** The labels of a project, in their order. */
export function readLabels(database: Database, projectId: string): Label[] {
  return database
    .all('SELECT * FROM labels WHERE project_id = :projectId ORDER BY position, id', { projectId })
    .map((row) => ({
      ...{ id: textOf(row, 'id'), name: textOf(row, 'name'), color: numberOf(row, 'color') },
      ...optionalText(row, 'guideline', 'guideline'),
      ...optionalJson<LabelAttribute[], 'attributes'>(row, 'attributes', 'attributes'),
    }));
}

/** The tracks of a project, in the order in which they are shown. */
export function readTracks(database: Database, projectId: string): Track[] {
  return database
    .all('SELECT * FROM tracks WHERE project_id = :projectId ORDER BY position, id', { projectId })
    .map(trackOf);
}

export function writeLabel(database: Database, projectId: string, label: Placed<Label>): void {
  const { id, position, name, color, guideline, attributes } = label;
  database.run(
    `INSERT INTO labels (project_id, id, position, name, color, guideline, attributes)
     VALUES (:projectId, :id, :position, :name, :color, :guideline, :attributes)
     ON CONFLICT (project_id, id) DO UPDATE SET position = excluded.position, name = excluded.name,
       color = excluded.color, guideline = excluded.guideline, attributes = excluded.attributes`,
    { projectId, id, position, name, color, guideline, attributes: jsonOf(attributes) },
  );
}

export function writeTrack(database: Database, projectId: string, track: Placed<Track>): void {
  const { id, position, name, kind, color, hidden, locked, labelIds, origin } = track;
  database.run(
    `INSERT INTO tracks (project_id, id, position, name, kind, color, hidden, locked, label_ids, origin)
     VALUES (:projectId, :id, :position, :name, :kind, :color, :hidden, :locked, :labelIds, :origin)
     ON CONFLICT (project_id, id) DO UPDATE SET position = excluded.position, name = excluded.name,
       kind = excluded.kind, color = excluded.color, hidden = excluded.hidden, locked = excluded.locked,
       label_ids = excluded.label_ids, origin = excluded.origin`,
    {
      ...{ projectId, id, position, name, kind, color },
      ...{
        hidden: Number(hidden),
        locked: Number(locked),
        labelIds: jsonOf(labelIds),
        origin: jsonOf(origin),
      },
    },
  );
}

export function deleteLabel(database: Database, projectId: string, id: string): void {
  database.run('DELETE FROM labels WHERE project_id = :projectId AND id = :id', { projectId, id });
}

export function deleteTrack(database: Database, projectId: string, id: string): void {
  database.run('DELETE FROM tracks WHERE project_id = :projectId AND id = :id', { projectId, id });
}

function trackOf(row: Row): Track {
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    kind: textOf(row, 'kind') as Track['kind'],
    ...optionalNumber(row, 'color', 'color'),
    hidden: numberOf(row, 'hidden') === 1,
    locked: numberOf(row, 'locked') === 1,
    ...optionalJson<string[], 'labelIds'>(row, 'label_ids', 'labelIds'),
    ...optionalJson<NonNullable<Track['origin']>, 'origin'>(row, 'origin', 'origin'),
  };
}
