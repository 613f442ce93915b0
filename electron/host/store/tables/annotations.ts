import type { PictureRegion } from '../../../../native-models/protocol/picture-region.ts';
import type { Annotation, Provenance, ReviewState, Verdict } from '../../contract/annotations.ts';
import { ownTrackId } from '../../contract/library.ts';
import { jsonOf, numberOf, optionalJson, optionalNumber, optionalText, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** By video and start. */
export function readAnnotations(
  database: Database,
  { projectId, videoId }: { readonly projectId: string; readonly videoId?: string | undefined },
): Annotation[] {
  return database
    .all(
      `SELECT * FROM annotations WHERE project_id = :projectId AND (:videoId IS NULL OR video_id = :videoId)
       ORDER BY video_id, start_sec, end_sec, created_at_ms, id`,
      { projectId, videoId },
    )
    .map(annotationOf);
}

/** Those of a list of ids that are there. */
export function readAnnotationsById(database: Database, ids: readonly string[]): Annotation[] {
  return database
    .all('SELECT * FROM annotations WHERE id IN (SELECT value FROM json_each(:ids))', {
      ids: JSON.stringify(ids),
    })
    .map(annotationOf);
}

/** Writes an annotation, new or changed; a label or a track that its project no longer has is left out. */
export function writeAnnotation(database: Database, annotation: Annotation): Annotation {
  const row = database.get(
    `INSERT INTO annotations (id, project_id, video_id, start_sec, end_sec, text, label_id, note, provenance, state,
       run_id, candidate_index, original_start_sec, original_end_sec, confidence, verifier_score, source,
       region, original_region, place_index, attributes, track_id, created_by, changed_by, verdicts, created_at_ms, updated_at_ms)
     VALUES (:id, :projectId, :videoId, :startSec, :endSec, :text,
       (SELECT id FROM labels WHERE project_id = :projectId AND id = :labelId), :note, :provenance, :state,
       :runId, :candidateIndex, :originalStartSec, :originalEndSec, :confidence, :verifierScore, :source,
       :region, :originalRegion, :placeIndex, :attributes, (SELECT id FROM tracks WHERE project_id = :projectId AND id = :trackId), :createdBy, :changedBy, :verdicts, :createdAtMs, :updatedAtMs)
     ON CONFLICT (id) DO UPDATE SET start_sec = excluded.start_sec, end_sec = excluded.end_sec, text = excluded.text,
       label_id = excluded.label_id, note = excluded.note, provenance = excluded.provenance, state = excluded.state,
       original_start_sec = excluded.original_start_sec, original_end_sec = excluded.original_end_sec,
       region = excluded.region, original_region = excluded.original_region,
       attributes = excluded.attributes, track_id = excluded.track_id, changed_by = excluded.changed_by, verdicts = excluded.verdicts, updated_at_ms = excluded.updated_at_ms
     RETURNING *`,
    {
      id: annotation.id,
      projectId: annotation.projectId,
      videoId: annotation.videoId,
      startSec: annotation.startSec,
      endSec: annotation.endSec,
      text: annotation.text,
      labelId: annotation.labelId,
      note: annotation.note,
      provenance: annotation.provenance,
      state: annotation.state,
      runId: annotation.runId,
      candidateIndex: annotation.candidateIndex,
      originalStartSec: annotation.originalStartSec,
      originalEndSec: annotation.originalEndSec,
      confidence: annotation.confidence,
      verifierScore: annotation.verifierScore,
      source: annotation.source,
      region: jsonOf(annotation.region),
      originalRegion: jsonOf(annotation.originalRegion),
      placeIndex: annotation.placeIndex,
      attributes: jsonOf(annotation.attributes),
      trackId: annotation.trackId === ownTrackId ? undefined : annotation.trackId,
      createdBy: annotation.createdBy,
      changedBy: annotation.changedBy,
      verdicts: jsonOf(annotation.verdicts),
      createdAtMs: annotation.createdAtMs,
      updatedAtMs: annotation.updatedAtMs,
    },
  );
  return row === undefined ? annotation : annotationOf(row);
}

export function deleteAnnotation(database: Database, id: string): void {
  database.run('DELETE FROM annotations WHERE id = :id', { id });
}

function annotationOf(row: Row): Annotation {
  return {
    id: textOf(row, 'id'),
    projectId: textOf(row, 'project_id'),
    videoId: textOf(row, 'video_id'),
    startSec: numberOf(row, 'start_sec'),
    endSec: numberOf(row, 'end_sec'),
    text: textOf(row, 'text'),
    ...optionalText(row, 'label_id', 'labelId'),
    note: textOf(row, 'note'),
    provenance: textOf(row, 'provenance') as Provenance,
    state: textOf(row, 'state') as ReviewState,
    ...optionalText(row, 'run_id', 'runId'),
    ...optionalNumber(row, 'candidate_index', 'candidateIndex'),
    ...optionalNumber(row, 'original_start_sec', 'originalStartSec'),
    ...optionalNumber(row, 'original_end_sec', 'originalEndSec'),
    ...optionalNumber(row, 'confidence', 'confidence'),
    ...optionalNumber(row, 'verifier_score', 'verifierScore'),
    ...optionalText(row, 'source', 'source'),
    ...optionalJson<PictureRegion, 'region'>(row, 'region', 'region'),
    ...optionalJson<PictureRegion, 'originalRegion'>(row, 'original_region', 'originalRegion'),
    ...optionalNumber(row, 'place_index', 'placeIndex'),
    ...optionalJson<NonNullable<Annotation['attributes']>, 'attributes'>(row, 'attributes', 'attributes'),
    ...optionalText(row, 'track_id', 'trackId'),
    ...optionalText(row, 'created_by', 'createdBy'),
    ...optionalText(row, 'changed_by', 'changedBy'),
    ...optionalJson<Verdict[], 'verdicts'>(row, 'verdicts', 'verdicts'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    updatedAtMs: numberOf(row, 'updated_at_ms'),
  };
}
