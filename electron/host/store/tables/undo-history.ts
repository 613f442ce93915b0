import type { Annotation, UndoState } from '../../contract/annotations.ts';
import { numberOf, textOf } from '../database.ts';
import type { Database } from '../database.ts';

/** An annotation before and after a step; null where it was not there. */
export interface AnnotationImage {
  readonly id: string;
  readonly before: Annotation | null;
  readonly after: Annotation | null;
}

/** Older steps are forgotten. */
const stepsKept = 500;

/** Adds a step behind those that can be undone; those that could be redone are gone. */
export function addUndoStep(
  database: Database,
  step: { readonly projectId: string; readonly title: string; readonly changes: readonly AnnotationImage[] },
): void {
  const { projectId, title, changes } = step;
  const position = undoPosition(database, projectId) + 1;
  database.run(
    'DELETE FROM undo_steps WHERE project_id = :projectId AND (position >= :position OR position <= :oldest)',
    { projectId, position, oldest: position - stepsKept },
  );
  database.run(
    'INSERT INTO undo_steps (project_id, position, title, changes) VALUES (:projectId, :position, :title, :changes)',
    { projectId, position, title, changes: JSON.stringify(changes) },
  );
  moveUndoPosition(database, projectId, position);
}

/**
 * Takes the step that an undo or a redo is about and moves the border between what can be undone and redone.
 * Undefined: there is none.
 */
export function takeUndoStep(
  database: Database,
  projectId: string,
  direction: 'undo' | 'redo',
): readonly AnnotationImage[] | undefined {
  const border = undoPosition(database, projectId);
  const position = direction === 'undo' ? border : border + 1;
  const row = database.get(
    'SELECT changes FROM undo_steps WHERE project_id = :projectId AND position = :position',
    { projectId, position },
  );
  if (row === undefined) return undefined;
  moveUndoPosition(database, projectId, direction === 'undo' ? border - 1 : position);
  return JSON.parse(textOf(row, 'changes')) as AnnotationImage[];
}

/** What the next undo and redo would be about. */
export function readUndoState(database: Database, projectId: string): UndoState {
  const border = undoPosition(database, projectId);
  const titleAt = (position: number) =>
    database.get('SELECT title FROM undo_steps WHERE project_id = :projectId AND position = :position', {
      projectId,
      position,
    });
  const [undo, redo] = [titleAt(border), titleAt(border + 1)];
  return {
    ...(undo === undefined ? {} : { undo: textOf(undo, 'title') }),
    ...(redo === undefined ? {} : { redo: textOf(redo, 'title') }),
  };
}

function undoPosition(database: Database, projectId: string): number {
  const row = database.get('SELECT undo_position FROM projects WHERE id = :projectId', { projectId });
  return row === undefined ? 0 : numberOf(row, 'undo_position');
}

function moveUndoPosition(database: Database, projectId: string, position: number): void {
  database.run('UPDATE projects SET undo_position = :position WHERE id = :projectId', {
    projectId,
    position,
  });
}
