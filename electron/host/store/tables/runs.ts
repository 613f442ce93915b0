import type { RunEvent } from '../../../../native-models/protocol/run-events.ts';
import type { RunRecord } from '../../../../native-models/protocol/run-record.ts';
import type { ReviewState } from '../../contract/annotations.ts';
import type { StoredError } from '../../contract/library.ts';
import type { Question, Run, RunState, StoredRunEvent } from '../../contract/runs.ts';
import { jsonOf, numberOf, optionalJson, optionalNumber, optionalText, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** A question that is put into the queue. */
export type NewRun = Pick<Run, 'id' | 'question' | 'createdAtMs' | 'modelName'> & {
  readonly rerunOf?: string | undefined;
};

export function createRun(database: Database, run: NewRun): Run | undefined {
  database.run(
    `INSERT INTO runs (id, project_id, video_id, question, state, created_at_ms, model_name, review, note, rerun_of, queue_place)
     VALUES (:id, :projectId, :videoId, :question, 'queued', :createdAtMs, :modelName, 'open', '', :rerunOf,
       (SELECT coalesce(max(queue_place), 0) + 1 FROM runs WHERE state IN ('queued', 'running')))`,
    {
      id: run.id,
      projectId: run.question.projectId,
      videoId: run.question.videoId,
      question: JSON.stringify(run.question),
      createdAtMs: run.createdAtMs,
      modelName: run.modelName,
      rerunOf: run.rerunOf,
    },
  );
  return findRun(database, run);
}

export function findRun(database: Database, { id }: { readonly id: string }): Run | undefined {
  const row = database.get('SELECT * FROM runs WHERE id = :id', { id });
  return row === undefined ? undefined : runOf(row);
}

/** Writes a run of a file as it is; of one that is there, what people say of it. */
export function insertRun(database: Database, run: Run): void {
  database.run(
    `INSERT INTO runs (id, project_id, video_id, question, state, created_at_ms, started_at_ms, ended_at_ms, record, error,
       model_name, review, note, rerun_of)
     VALUES (:id, :projectId, :videoId, :question, :state, :createdAtMs, :startedAtMs, :endedAtMs, :record, :error,
       :modelName, :review, :note, :rerunOf)
     ON CONFLICT (id) DO UPDATE SET review = excluded.review, note = excluded.note`,
    {
      ...{ id: run.id, projectId: run.question.projectId, videoId: run.question.videoId },
      ...{ question: JSON.stringify(run.question), state: run.state, createdAtMs: run.createdAtMs },
      ...{ startedAtMs: run.startedAtMs, endedAtMs: run.endedAtMs },
      ...{ record: jsonOf(run.record), error: jsonOf(run.error), modelName: run.modelName },
      ...{ review: run.review, note: run.note, rerunOf: run.rerunOf },
    },
  );
}

/** What becomes of a run; fields that are absent stay. */
export interface RunProgress {
  readonly id: string;
  readonly state: RunState;
  readonly startedAtMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  readonly record?: RunRecord | undefined;
  readonly error?: StoredError | undefined;
  /** Events that come with it, in the same transaction. */
  readonly events?: readonly StoredRunEvent[] | undefined;
}

export function progressRun(database: Database, progress: RunProgress): Run | undefined {
  const { id, state, startedAtMs, endedAtMs, record, error, events = [] } = progress;
  appendRunEvents(database, { id, events });
  database.run(
    `UPDATE runs SET state = :state, started_at_ms = coalesce(:startedAtMs, started_at_ms),
       ended_at_ms = coalesce(:endedAtMs, ended_at_ms), record = coalesce(:record, record),
       error = coalesce(:error, error)
     WHERE id = :id`,
    { id, state, startedAtMs, endedAtMs, record: jsonOf(record), error: jsonOf(error) },
  );
  return findRun(database, { id });
}

/** Adds events behind those that are there; a run that was removed meanwhile takes none. */
export function appendRunEvents(
  database: Database,
  { id, events }: { readonly id: string; readonly events: readonly StoredRunEvent[] },
): void {
  for (const { seq, atMs, event } of events) {
    database.run(
      `INSERT INTO run_events (run_id, seq, at_ms, event)
       SELECT :id, :seq, :atMs, :event WHERE EXISTS (SELECT 1 FROM runs WHERE id = :id)`,
      { id, seq, atMs, event: JSON.stringify(event) },
    );
  }
}

export function listRunEvents(
  database: Database,
  { id, fromSeq }: { readonly id: string; readonly fromSeq: number },
): StoredRunEvent[] {
  return database
    .all('SELECT * FROM run_events WHERE run_id = :id AND seq >= :fromSeq ORDER BY seq', { id, fromSeq })
    .map((row) => ({
      seq: numberOf(row, 'seq'),
      atMs: numberOf(row, 'at_ms'),
      event: JSON.parse(textOf(row, 'event')) as RunEvent,
    }));
}

/** Which runs are listed. */
export interface RunFilter {
  readonly projectId: string;
  readonly videoId?: string | undefined;
  /** The last of the page before. */
  readonly behind?: Pick<Run, 'id' | 'createdAtMs'> | undefined;
  readonly limit: number;
}

/** Newest first; of those of one moment, as the samples of an evaluation are, by their ids backwards. */
export function listRuns(
  database: Database,
  { projectId, videoId, behind, limit }: RunFilter,
): { readonly runs: Run[]; readonly more: boolean } {
  const rows = database.all(
    `SELECT * FROM runs WHERE project_id = :projectId AND (:videoId IS NULL OR video_id = :videoId)
       AND (:behindMs IS NULL OR (created_at_ms, id) < (:behindMs, :behindId))
     ORDER BY created_at_ms DESC, id DESC LIMIT :limit`,
    { projectId, videoId, behindMs: behind?.createdAtMs, behindId: behind?.id, limit: limit + 1 },
  );
  return { runs: rows.slice(0, limit).map(runOf), more: rows.length > limit };
}

/** Runs of a project, or of a video in it, that are queued or running. */
export function listOpenRunIds(
  database: Database,
  { projectId, videoId }: { readonly projectId: string; readonly videoId?: string | undefined },
): string[] {
  return database
    .all(
      `SELECT id FROM runs WHERE state IN ('queued', 'running') AND project_id = :projectId
         AND (:videoId IS NULL OR video_id = :videoId)`,
      { projectId, videoId },
    )
    .map((row) => textOf(row, 'id'));
}

export function reviewRun(
  database: Database,
  change: {
    readonly id: string;
    readonly review?: ReviewState | undefined;
    readonly note?: string | undefined;
  },
): Run | undefined {
  const { id, review, note } = change;
  database.run(
    'UPDATE runs SET review = coalesce(:review, review), note = coalesce(:note, note) WHERE id = :id',
    {
      id,
      review,
      note,
    },
  );
  return findRun(database, { id });
}

/** @returns the project that it was in; undefined: there was no such run. */
export function removeRun(database: Database, { id }: { readonly id: string }): string | undefined {
  const row = database.get('DELETE FROM runs WHERE id = :id RETURNING project_id', { id });
  return row === undefined ? undefined : textOf(row, 'project_id');
}

/** A run as it stands in its row. */
export function runOf(row: Row): Run {
  return {
    id: textOf(row, 'id'),
    question: JSON.parse(textOf(row, 'question')) as Question,
    state: textOf(row, 'state') as RunState,
    createdAtMs: numberOf(row, 'created_at_ms'),
    ...optionalNumber(row, 'started_at_ms', 'startedAtMs'),
    ...optionalNumber(row, 'ended_at_ms', 'endedAtMs'),
    ...optionalJson<RunRecord, 'record'>(row, 'record', 'record'),
    ...optionalJson<StoredError, 'error'>(row, 'error', 'error'),
    modelName: textOf(row, 'model_name'),
    review: textOf(row, 'review') as ReviewState,
    note: textOf(row, 'note'),
    ...optionalText(row, 'rerun_of', 'rerunOf'),
    // Of those that wait alone: a project file has runs of which nobody waits for any.
    ...(row['state'] === 'queued' && optionalNumber(row, 'queue_place', 'queuePlace')),
  };
}
