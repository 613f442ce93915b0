import type { DatabaseSync } from 'node:sqlite';

/**
 * The schema, one step per entry; entry n brings version n to n + 1 (`user_version` of the file). Steps that were once
 * released are never changed: a new one is added.
 *
 * Lists and small objects that are only ever read whole stand as JSON in one column.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    notes TEXT NOT NULL,
    -- Steps up to this position can be undone and those after it redone. (Older SQLites lose their way at a comma here.)
    undo_position INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE labels (
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    color INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE videos (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    added_at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    picture TEXT,
    playback TEXT NOT NULL
  ) STRICT;
  CREATE TABLE subtitles (
    id TEXT PRIMARY KEY,
    video_id TEXT NOT NULL REFERENCES videos ON DELETE CASCADE,
    label TEXT NOT NULL,
    path TEXT NOT NULL
  ) STRICT;
  CREATE INDEX subtitles_of_video ON subtitles (video_id);
  CREATE TABLE project_videos (
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    video_id TEXT NOT NULL REFERENCES videos ON DELETE CASCADE,
    position INTEGER NOT NULL,
    PRIMARY KEY (project_id, video_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX projects_of_video ON project_videos (video_id);

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    video_id TEXT NOT NULL,
    question TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    record TEXT,
    error TEXT,
    model_name TEXT NOT NULL,
    review TEXT NOT NULL,
    note TEXT NOT NULL,
    rerun_of TEXT
  ) STRICT;
  CREATE INDEX runs_of_project ON runs (project_id, created_at_ms);
  CREATE INDEX runs_by_state ON runs (state);
  CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms REAL NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE annotations (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    video_id TEXT NOT NULL,
    start_sec REAL NOT NULL,
    end_sec REAL NOT NULL,
    text TEXT NOT NULL,
    label_id TEXT,
    note TEXT NOT NULL,
    provenance TEXT NOT NULL,
    state TEXT NOT NULL,
    run_id TEXT,
    candidate_index INTEGER,
    original_start_sec REAL,
    original_end_sec REAL,
    confidence REAL,
    verifier_score REAL,
    source TEXT,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX annotations_of_video ON annotations (project_id, video_id, start_sec);
  CREATE TABLE undo_steps (
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    -- [{id, before, after}]: each annotation before and after the step, null where it was not there.
    changes TEXT NOT NULL,
    PRIMARY KEY (project_id, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE models (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    -- As last read from its manifest, for when it is missing.
    facts TEXT NOT NULL,
    added_at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    done REAL NOT NULL,
    total REAL NOT NULL,
    unit TEXT NOT NULL,
    detail TEXT NOT NULL,
    error TEXT,
    created_at_ms INTEGER NOT NULL,
    video_id TEXT,
    model_id TEXT,
    output_path TEXT,
    -- What was asked for, so that it can be resumed after a restart.
    request TEXT NOT NULL
  ) STRICT;

  CREATE TABLE exports (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    format TEXT NOT NULL,
    path TEXT NOT NULL,
    file_name TEXT NOT NULL,
    moments INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  `,

  // Tracks; a history that is moved in by video and window, and says who did what when.
  `
  CREATE TABLE tracks (
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    color INTEGER,
    hidden INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    label_ids TEXT,
    origin TEXT,
    PRIMARY KEY (project_id, id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tracks (project_id, id, position, name, kind, hidden, locked)
    SELECT id, 'own', 0, 'Annotations', 'own', 0, 0 FROM projects;
  INSERT INTO tracks (project_id, id, position, name, kind, hidden, locked, origin)
    SELECT project_id, lower(hex(randomblob(16))), row_number() OVER (PARTITION BY project_id ORDER BY min(rowid)),
      substr(coalesce(nullif(source, ''), 'Imported'), 1, 200), 'reference', 0, 0,
      json_object('kind', 'file', 'name', coalesce(source, ''))
    FROM annotations WHERE provenance = 'imported' GROUP BY project_id, coalesce(source, '');

  -- NULL: the project's own.
  ALTER TABLE annotations ADD COLUMN track_id TEXT;
  ALTER TABLE annotations ADD COLUMN created_by TEXT;
  ALTER TABLE annotations ADD COLUMN changed_by TEXT;
  UPDATE annotations SET track_id = (
    SELECT tracks.id FROM tracks WHERE tracks.project_id = annotations.project_id
      AND json_extract(tracks.origin, '$.name') = coalesce(annotations.source, ''))
    WHERE provenance = 'imported';

  ALTER TABLE undo_steps ADD COLUMN id TEXT NOT NULL DEFAULT '';
  ALTER TABLE undo_steps ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE undo_steps ADD COLUMN author TEXT;
  ALTER TABLE undo_steps ADD COLUMN window_id TEXT;
  ALTER TABLE undo_steps ADD COLUMN join_key TEXT;
  ALTER TABLE undo_steps ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;
  -- [id]: the videos that it is about; empty: the project's labels or tracks.
  ALTER TABLE undo_steps ADD COLUMN video_ids TEXT NOT NULL DEFAULT '[]';
  -- Images of imported moments name the tracks that those are on now.
  UPDATE undo_steps SET id = lower(hex(randomblob(16))),
    undone = position > (SELECT undo_position FROM projects WHERE projects.id = undo_steps.project_id),
    video_ids = (SELECT json_group_array(DISTINCT coalesce(value ->> '$.after.videoId', value ->> '$.before.videoId'))
      FROM json_each(undo_steps.changes)),
    changes = (SELECT json_group_array(json_object(
        'id', value ->> '$.id',
        'before', json(CASE WHEN before_track IS NULL THEN value -> '$.before'
          ELSE json_set(value -> '$.before', '$.trackId', before_track) END),
        'after', json(CASE WHEN after_track IS NULL THEN value -> '$.after'
          ELSE json_set(value -> '$.after', '$.trackId', after_track) END)))
      FROM (SELECT value,
          (SELECT id FROM tracks WHERE project_id = undo_steps.project_id AND value ->> '$.before.provenance' = 'imported'
            AND json_extract(origin, '$.name') = coalesce(value ->> '$.before.source', '')) AS before_track,
          (SELECT id FROM tracks WHERE project_id = undo_steps.project_id AND value ->> '$.after.provenance' = 'imported'
            AND json_extract(origin, '$.name') = coalesce(value ->> '$.after.source', '')) AS after_track
        FROM json_each(undo_steps.changes)));
  ALTER TABLE projects DROP COLUMN undo_position;
  `,

  `
  -- As a person chose it; without one the file tells.
  ALTER TABLE subtitles ADD COLUMN encoding TEXT;
  `,

  // Projects that travel: videos known by their content, histories of several people, and where those differ.
  `
  ALTER TABLE videos ADD COLUMN content_id TEXT;
  -- [{by, state, atMs}]: what each person decided; NULL: nobody who gave a name.
  ALTER TABLE annotations ADD COLUMN verdicts TEXT;
  -- 1: it came with another person's file; it is told, and not taken back here.
  ALTER TABLE undo_steps ADD COLUMN merged INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE conflicts (
    project_id TEXT NOT NULL REFERENCES projects ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    item_id TEXT NOT NULL,
    -- JSON: names of what differs; the other's whole item, or null where it was removed there.
    fields TEXT NOT NULL,
    theirs TEXT,
    source TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
  ) STRICT, WITHOUT ROWID;
  `,

  // What labels say and ask of moments, and what was told; what was said of a project's videos.
  `
  ALTER TABLE labels ADD COLUMN guideline TEXT;
  ALTER TABLE labels ADD COLUMN attributes TEXT;
  ALTER TABLE annotations ADD COLUMN attributes TEXT;
  ALTER TABLE project_videos ADD COLUMN status TEXT;
  `,

  `
  -- Where a question stands among those that wait, smallest first.
  ALTER TABLE runs ADD COLUMN queue_place INTEGER;
  `,

  // Places in the picture: JSON, shares of its sides; and the place that a model named.
  `
  ALTER TABLE annotations ADD COLUMN region TEXT;
  ALTER TABLE annotations ADD COLUMN original_region TEXT;
  ALTER TABLE annotations ADD COLUMN place_index INTEGER;
  `,
];

/** The version of the schema that this program writes. */
export const schemaVersion = steps.length;

/** The version that a file has; 0: new. */
export function versionOf(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Brings a file to this program's schema (or an older one), each step whole or not at all. */
export function migrate(connection: DatabaseSync, to: number = schemaVersion): void {
  for (let version = versionOf(connection); version < to; version++) {
    connection.exec(`BEGIN IMMEDIATE; ${steps[version] ?? ''} PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}
