import type { Job } from '../../contract/models.ts';
import type { StoredError } from '../../contract/library.ts';
import { jsonOf, numberOf, optionalJson, optionalText, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** A job with what was asked for, as JSON, so that it can be resumed after a restart. */
export interface StoredJob {
  readonly job: Job;
  readonly request: unknown;
}

/** Oldest first. */
export function listJobs(database: Database): StoredJob[] {
  return database.all('SELECT * FROM jobs ORDER BY created_at_ms, rowid').map(storedJobOf);
}

/** Adds a job, or overwrites all but what was asked for. */
export function saveJob(
  database: Database,
  { job, request }: { readonly job: Job; readonly request?: unknown },
): Job {
  database.run(
    `INSERT INTO jobs (id, kind, title, state, done, total, unit, detail, error, created_at_ms, video_id, model_id,
       output_path, request)
     VALUES (:id, :kind, :title, :state, :done, :total, :unit, :detail, :error, :createdAtMs, :videoId, :modelId,
       :outputPath, :request)
     ON CONFLICT (id) DO UPDATE SET state = :state, done = :done, total = :total, unit = :unit, detail = :detail,
       error = :error, model_id = :modelId, output_path = :outputPath`,
    {
      id: job.id,
      kind: job.kind,
      title: job.title,
      state: job.state,
      done: job.done,
      total: job.total,
      unit: job.unit,
      detail: job.detail,
      error: jsonOf(job.error),
      createdAtMs: job.createdAtMs,
      videoId: job.videoId,
      modelId: job.modelId,
      outputPath: job.outputPath,
      request: JSON.stringify(request ?? null),
    },
  );
  return job;
}

/** Forgets ended jobs but for the newest ones. */
export function dropEndedJobs(database: Database, { keep }: { readonly keep: number }): void {
  database.run(
    `DELETE FROM jobs WHERE state IN ('done', 'failed', 'cancelled') AND id NOT IN (
       SELECT id FROM jobs WHERE state IN ('done', 'failed', 'cancelled') ORDER BY created_at_ms DESC LIMIT :keep)`,
    { keep },
  );
}

function storedJobOf(row: Row): StoredJob {
  return {
    request: JSON.parse(textOf(row, 'request')) as unknown,
    job: {
      id: textOf(row, 'id'),
      kind: textOf(row, 'kind') as Job['kind'],
      title: textOf(row, 'title'),
      state: textOf(row, 'state') as Job['state'],
      done: numberOf(row, 'done'),
      total: numberOf(row, 'total'),
      unit: textOf(row, 'unit') as Job['unit'],
      detail: textOf(row, 'detail'),
      ...optionalJson<StoredError, 'error'>(row, 'error', 'error'),
      createdAtMs: numberOf(row, 'created_at_ms'),
      ...optionalText(row, 'video_id', 'videoId'),
      ...optionalText(row, 'model_id', 'modelId'),
      ...optionalText(row, 'output_path', 'outputPath'),
    },
  };
}
