import type { HistoryScope } from '../../contract/annotations.ts';
import type { HistoryEntry } from '../../contract/project-files.ts';
import { numberOf, optionalText, textOf } from '../database.ts';
import type { Database } from '../database.ts';
import type { ChangeImage } from './change-images.ts';
import type { WholeStep } from './whole-projects.ts';

/** A step that can be taken back. */
export interface NewUndoStep {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly changes: readonly ChangeImage[];
  readonly atMs: number;
  readonly author?: string | undefined;
  readonly windowId?: string | undefined;
  /** Joins the newest step where that has the same one. */
  readonly join?: string | undefined;
}

/** A step of the history that an undo or a redo is about. */
export interface FoundUndoStep {
  readonly position: number;
  readonly title: string;
  readonly videoIds: string[];
  readonly changes: readonly ChangeImage[];
}

/** Whose history, and which other windows are open: what those did is theirs to take back. */
export interface UndoScope extends HistoryScope {
  readonly projectId: string;
  readonly otherWindowIds?: readonly string[] | undefined;
}

/** Older steps are forgotten. */
const stepsKept = 5000;
/** What is typed after a longer rest is another step. */
const joinedWithinMs = 60_000;

/**
 * A step is of a scope when it is about its video or about no video alone, no other open window did it, and it did not come
 * with another person's file.
 */
const inScope = `project_id = :projectId AND merged = 0
  AND (:videoId IS NULL OR video_ids = '[]' OR EXISTS (SELECT 1 FROM json_each(video_ids) WHERE value = :videoId))
  AND (window_id IS NULL OR window_id = :windowId OR window_id NOT IN (SELECT value FROM json_each(:otherWindowIds)))`;

/** Adds a step behind those that can be undone; those of its videos that could be redone are gone. */
export function addUndoStep(database: Database, step: NewUndoStep): void {
  const { id, projectId, title, changes, atMs, author, windowId, join } = step;
  if (changes.length === 0) return;
  const videoIds = videosOf(changes);
  for (const videoId of videoIds.length === 0 ? [undefined] : videoIds) {
    database.run(
      `DELETE FROM undo_steps WHERE undone = 1 AND (window_id IS NULL OR window_id IS :windowId) AND project_id = :projectId
         AND (:videoId IS NULL OR video_ids = '[]' OR EXISTS (SELECT 1 FROM json_each(video_ids) WHERE value = :videoId))`,
      { projectId, videoId, windowId },
    );
  }
  const newest = database.get(
    'SELECT * FROM undo_steps WHERE project_id = :projectId ORDER BY position DESC LIMIT 1',
    { projectId },
  );
  const position = newest === undefined ? 1 : numberOf(newest, 'position') + 1;
  const isJoined =
    join !== undefined &&
    newest !== undefined &&
    numberOf(newest, 'undone') === 0 &&
    newest['join_key'] === join &&
    newest['window_id'] === (windowId ?? null) &&
    atMs - numberOf(newest, 'at_ms') <= joinedWithinMs;
  if (isJoined) {
    const before = JSON.parse(textOf(newest, 'changes')) as ChangeImage[];
    database.run(
      'UPDATE undo_steps SET changes = :changes, at_ms = :atMs WHERE project_id = :projectId AND position = :newest',
      { projectId, newest: position - 1, atMs, changes: JSON.stringify(joined(before, changes)) },
    );
    return;
  }
  database.run('DELETE FROM undo_steps WHERE project_id = :projectId AND position <= :oldest', {
    projectId,
    oldest: position - stepsKept,
  });
  database.run(
    `INSERT INTO undo_steps (project_id, position, id, title, changes, at_ms, author, window_id, join_key, video_ids)
     VALUES (:projectId, :position, :id, :title, :changes, :atMs, :author, :windowId, :join, :videoIds)`,
    {
      ...{ projectId, position, id, title, atMs, author, windowId, join },
      ...{ changes: JSON.stringify(changes), videoIds: JSON.stringify(videoIds) },
    },
  );
}

/** The step that an undo or a redo is about; undefined: there is none. */
export function findUndoStep(
  database: Database,
  scope: UndoScope,
  direction: 'undo' | 'redo',
): FoundUndoStep | undefined {
  const { projectId, videoId, windowId, otherWindowIds = [] } = scope;
  const row = database.get(
    direction === 'undo'
      ? `SELECT * FROM undo_steps WHERE ${inScope} AND undone = 0 ORDER BY position DESC LIMIT 1`
      : `SELECT * FROM undo_steps WHERE ${inScope} AND undone = 1 ORDER BY position LIMIT 1`,
    { projectId, videoId, windowId, otherWindowIds: JSON.stringify(otherWindowIds) },
  );
  if (row === undefined) return undefined;
  return {
    position: numberOf(row, 'position'),
    title: textOf(row, 'title'),
    videoIds: JSON.parse(textOf(row, 'video_ids')) as string[],
    changes: JSON.parse(textOf(row, 'changes')) as ChangeImage[],
  };
}

/** All steps of a project, oldest first. */
export function readSteps(database: Database, projectId: string): WholeStep[] {
  return database
    .all('SELECT * FROM undo_steps WHERE project_id = :projectId ORDER BY position', { projectId })
    .map((row) => ({
      id: textOf(row, 'id'),
      title: textOf(row, 'title'),
      atMs: numberOf(row, 'at_ms'),
      ...optionalText(row, 'author', 'author'),
      isUndone: numberOf(row, 'undone') === 1,
      isMerged: numberOf(row, 'merged') === 1,
      changes: JSON.parse(textOf(row, 'changes')) as ChangeImage[],
    }));
}

/** Which part of a history is listed. */
export interface HistoryFilter {
  readonly projectId: string;
  /** Of this moment alone. */
  readonly annotationId?: string | undefined;
  readonly limit: number;
}

/** Who changed what when, newest first. */
export function listHistory(
  database: Database,
  { projectId, annotationId, limit }: HistoryFilter,
): { readonly entries: HistoryEntry[] } {
  const rows = database.all(
    `SELECT *, json_array_length(changes) AS change_count FROM undo_steps WHERE project_id = :projectId
       AND (:annotationId IS NULL
         OR EXISTS (SELECT 1 FROM json_each(changes) WHERE value ->> '$.id' = :annotationId))
     ORDER BY at_ms DESC, position DESC LIMIT :limit`,
    { projectId, annotationId, limit },
  );
  return {
    entries: rows.map((row) => ({
      id: textOf(row, 'id'),
      title: textOf(row, 'title'),
      atMs: numberOf(row, 'at_ms'),
      ...optionalText(row, 'author', 'author'),
      isUndone: numberOf(row, 'undone') === 1,
      isMerged: numberOf(row, 'merged') === 1,
      videoIds: JSON.parse(textOf(row, 'video_ids')) as string[],
      changes: numberOf(row, 'change_count'),
    })),
  };
}

/** Puts steps of a file behind those that are there. */
export function appendSteps(database: Database, projectId: string, steps: readonly WholeStep[]): void {
  const newest = database.get(
    'SELECT max(position) AS position FROM undo_steps WHERE project_id = :projectId',
    { projectId },
  );
  let position = newest === undefined ? 0 : numberOf(newest, 'position');
  for (const { id, title, atMs, author, isUndone, isMerged, changes } of steps) {
    position += 1;
    database.run(
      `INSERT INTO undo_steps (project_id, position, id, title, changes, at_ms, author, undone, merged, video_ids)
       VALUES (:projectId, :position, :id, :title, :changes, :atMs, :author, :undone, :merged, :videoIds)`,
      {
        ...{ projectId, position, id, title, atMs, author },
        ...{ undone: Number(isUndone), merged: Number(isMerged) },
        ...{ changes: JSON.stringify(changes), videoIds: JSON.stringify(videosOf(changes)) },
      },
    );
  }
}

/** What is changed next is a step of its own, whatever its words. */
export function endJoining(database: Database, projectId: string): void {
  database.run('UPDATE undo_steps SET join_key = NULL WHERE project_id = :projectId', { projectId });
}

/** Marks a step as undone or as made again. */
export function markUndoStep(
  database: Database,
  projectId: string,
  position: number,
  isUndone: boolean,
): void {
  database.run(
    'UPDATE undo_steps SET undone = :undone, join_key = NULL WHERE project_id = :projectId AND position = :position',
    { projectId, position, undone: Number(isUndone) },
  );
}

export function dropUndoStep(database: Database, projectId: string, position: number): void {
  database.run('DELETE FROM undo_steps WHERE project_id = :projectId AND position = :position', {
    projectId,
    position,
  });
}

/** Takes a video out of the history: steps about it alone go, others keep the rest. */
export function forgetVideoInHistory(database: Database, projectId: string, videoId: string): void {
  const rows = database.all(
    `SELECT position, changes FROM undo_steps WHERE project_id = :projectId
       AND EXISTS (SELECT 1 FROM json_each(video_ids) WHERE value = :videoId)`,
    { projectId, videoId },
  );
  for (const row of rows) {
    const position = numberOf(row, 'position');
    const changes = JSON.parse(textOf(row, 'changes')) as ChangeImage[];
    const left = changes.filter((image) => !videosOf([image]).includes(videoId));
    if (left.length === 0) {
      dropUndoStep(database, projectId, position);
      continue;
    }
    database.run(
      `UPDATE undo_steps SET changes = :changes, video_ids = :videoIds
       WHERE project_id = :projectId AND position = :position`,
      { projectId, position, changes: JSON.stringify(left), videoIds: JSON.stringify(videosOf(left)) },
    );
  }
}

/** The videos that changes are about. */
export function videosOf(changes: readonly ChangeImage[]): string[] {
  const ids = changes.flatMap((image) =>
    image.kind === undefined ? [image.before?.videoId, image.after?.videoId] : [],
  );
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Two changes as one: what was before the first, what is after the second. */
function joined(first: readonly ChangeImage[], second: readonly ChangeImage[]): ChangeImage[] {
  const keyOf = ({ kind, id }: ChangeImage) => `${kind ?? 'annotation'} ${id}`;
  const whole = new Map(first.map((image) => [keyOf(image), image]));
  for (const image of second) {
    const before = whole.get(keyOf(image));
    whole.set(
      keyOf(image),
      before === undefined ? image : ({ ...before, after: image.after } as ChangeImage),
    );
  }
  return [...whole.values()];
}
