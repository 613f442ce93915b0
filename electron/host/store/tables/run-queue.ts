import type { Run } from '../../contract/runs.ts';
import { textOf } from '../database.ts';
import type { Database } from '../database.ts';
import { findRun, runOf } from './runs.ts';

/** What the last end of the program left of its questions. */
export interface LeftRuns {
  /** Those that ran: marked as interrupted, with what they had found. */
  readonly interruptedRunIds: readonly string[];
  /** Those that wait, in their order. */
  readonly queued: readonly Run[];
}

/**
 * Takes up the queue of the last start. What waited waits again. What ran was cut off and shows as interrupted, unless it is one of
 * several videos that one question was put to: then it is looked at from the beginning, before the others.
 */
export function takeUpRuns(database: Database, { atMs }: { readonly atMs: number }): LeftRuns {
  const begunAnew = database
    .all(
      `UPDATE runs SET state = 'queued', started_at_ms = NULL, queue_place = 0
       WHERE state = 'running' AND question ->> '$.togetherId' IS NOT NULL RETURNING id`,
      {},
    )
    .map((row) => textOf(row, 'id'));
  for (const id of begunAnew) database.run('DELETE FROM run_events WHERE run_id = :id', { id });
  const interruptedRunIds = database
    .all(`UPDATE runs SET state = 'interrupted', ended_at_ms = :atMs WHERE state = 'running' RETURNING id`, {
      atMs,
    })
    .map((row) => textOf(row, 'id'));
  const queued = database
    .all(`SELECT * FROM runs WHERE state = 'queued' ORDER BY queue_place, created_at_ms, rowid`, {})
    .map(runOf);
  return { interruptedRunIds, queued };
}

/** Brings those that wait into an order. */
export function placeRuns(database: Database, { ids }: { readonly ids: readonly string[] }): Run[] {
  for (const [index, id] of ids.entries())
    database.run('UPDATE runs SET queue_place = :place WHERE id = :id', { id, place: index + 1 });
  return ids.flatMap((id) => findRun(database, { id }) ?? []);
}
