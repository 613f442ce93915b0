import { ownTrackId } from '../../contract/library.ts';
import type { Project, Track, VideoStatus } from '../../contract/library.ts';
import { numberOf, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';
import { readLabels, readTracks, writeTrack } from './labels-and-tracks.ts';
import { forgetVideoInHistory } from './undo-history.ts';

/** What a new project's moments are on. */
const ownTrack: Track = { id: ownTrackId, name: 'Annotations', kind: 'own', hidden: false, locked: false };

const projectColumns = `
  SELECT projects.*,
    (SELECT count(*) FROM runs WHERE project_id = projects.id) AS runs,
    (SELECT count(*) FROM annotations WHERE project_id = projects.id) AS annotations,
    (SELECT count(*) FROM annotations WHERE project_id = projects.id AND state <> 'open') AS reviewed,
    (SELECT count(*) FROM conflicts WHERE project_id = projects.id) AS conflicts
  FROM projects`;

/** Oldest first. */
export function listProjects(database: Database): Project[] {
  return database
    .all(`${projectColumns} ORDER BY created_at_ms, rowid`)
    .map((row) => projectOf(database, row));
}

export function findProject(database: Database, { id }: { readonly id: string }): Project | undefined {
  const row = database.get(`${projectColumns} WHERE id = :id`, { id });
  return row === undefined ? undefined : projectOf(database, row);
}

export function createProject(
  database: Database,
  { id, name, createdAtMs }: { readonly id: string; readonly name: string; readonly createdAtMs: number },
): Project | undefined {
  insertProject(database, { id, name, createdAtMs, notes: '' });
  writeTrack(database, id, { ...ownTrack, position: 0 });
  return findProject(database, { id });
}

/** A project without labels and tracks. */
export function insertProject(
  database: Database,
  { id, name, createdAtMs, notes }: Pick<Project, 'id' | 'name' | 'createdAtMs' | 'notes'>,
): void {
  database.run(
    'INSERT INTO projects (id, name, created_at_ms, notes) VALUES (:id, :name, :createdAtMs, :notes)',
    { id, name, createdAtMs, notes },
  );
}

/** What of a project is changed. */
export interface ProjectChange {
  readonly id: string;
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
}

/** Undefined: there is no such project. */
export function changeProject(database: Database, { id, name, notes }: ProjectChange): Project | undefined {
  database.run(
    'UPDATE projects SET name = coalesce(:name, name), notes = coalesce(:notes, notes) WHERE id = :id',
    { id, name, notes },
  );
  return findProject(database, { id });
}

/** What a person says of videos of a project. Undefined: there is no such project. */
export interface VideoMark {
  readonly id: string;
  readonly videoIds: readonly string[];
  readonly status: VideoStatus | null;
}

export function markVideos(database: Database, { id, videoIds, status }: VideoMark): Project | undefined {
  database.run(
    `UPDATE project_videos SET status = :status
     WHERE project_id = :id AND video_id IN (SELECT value FROM json_each(:videoIds))`,
    { id, status, videoIds: JSON.stringify(videoIds) },
  );
  return findProject(database, { id });
}

/** Removes a project with its runs and annotations, and the videos that no other project has. */
export function removeProject(
  database: Database,
  { id }: { readonly id: string },
): { readonly runIds: string[]; readonly removedVideoIds: string[] } {
  const runIds = idsOf(database, 'SELECT id FROM runs WHERE project_id = :id', { id });
  database.run('DELETE FROM projects WHERE id = :id', { id });
  return { runIds, removedVideoIds: removeLooseVideos(database) };
}

export function addVideoToProject(
  database: Database,
  { projectId, videoId }: { readonly projectId: string; readonly videoId: string },
): void {
  database.run(
    `INSERT OR IGNORE INTO project_videos (project_id, video_id, position)
     SELECT :projectId, :videoId, coalesce(max(position), 0) + 1 FROM project_videos WHERE project_id = :projectId`,
    { projectId, videoId },
  );
}

/**
 * Takes a video out of a project, with the project's runs and annotations of it, and out of the library where no other
 * project has it. What the undo history holds about it goes too.
 */
export function removeVideoFromProject(
  database: Database,
  { projectId, videoId }: { readonly projectId: string; readonly videoId: string },
): { readonly runIds: string[]; readonly annotationIds: string[]; readonly removedVideoIds: string[] } {
  const ids = { projectId, videoId };
  const ofVideo = 'WHERE project_id = :projectId AND video_id = :videoId';
  const runIds = idsOf(database, `DELETE FROM runs ${ofVideo} RETURNING id`, ids);
  const annotationIds = idsOf(database, `DELETE FROM annotations ${ofVideo} RETURNING id`, ids);
  database.run(`DELETE FROM project_videos ${ofVideo}`, ids);
  forgetVideoInHistory(database, projectId, videoId);
  return { runIds, annotationIds, removedVideoIds: removeLooseVideos(database) };
}

function removeLooseVideos(database: Database): string[] {
  return idsOf(
    database,
    'DELETE FROM videos WHERE id NOT IN (SELECT video_id FROM project_videos) RETURNING id',
    {},
  );
}

function idsOf(database: Database, sql: string, parameters: Record<string, string>): string[] {
  return database.all(sql, parameters).map((row) => textOf(row, 'id'));
}

function projectOf(database: Database, row: Row): Project {
  const id = textOf(row, 'id');
  const videos = database.all(
    'SELECT video_id, status FROM project_videos WHERE project_id = :id ORDER BY position',
    {
      id,
    },
  );
  return {
    id,
    name: textOf(row, 'name'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    labels: readLabels(database, id),
    tracks: readTracks(database, id),
    notes: textOf(row, 'notes'),
    videoIds: videos.map((video) => textOf(video, 'video_id')),
    videoStatus: Object.fromEntries(
      videos
        .filter((video) => video['status'] !== null)
        .map((video) => [textOf(video, 'video_id'), textOf(video, 'status') as VideoStatus]),
    ),
    counts: {
      runs: numberOf(row, 'runs'),
      annotations: numberOf(row, 'annotations'),
      reviewed: numberOf(row, 'reviewed'),
      conflicts: numberOf(row, 'conflicts'),
    },
  };
}
