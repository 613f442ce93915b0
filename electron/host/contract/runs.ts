import { z } from 'zod';
import { askRequestSchema } from '../../../native-models/protocol/ask-request.ts';
import { runEventSchema } from '../../../native-models/protocol/run-events.ts';
import { runRecordSchema } from '../../../native-models/protocol/run-record.ts';
import { roleSchema } from '../../../native-models/protocol/roles.ts';
import { reviewStateSchema } from './annotations.ts';
import { idSchema, storedErrorSchema, timestampMsSchema } from './library.ts';

/** What a person asks: an ask request by ids instead of paths. */
export const questionSchema = askRequestSchema
  .omit({
    videoPath: true,
    videoStream: true,
    modelPath: true,
    subtitlesPath: true,
    subtitlesEncoding: true,
    saveFramesPath: true,
    trace: true,
    runId: true,
  })
  .omit({ forcedTokens: true, benchmark: true })
  .extend({
    projectId: idSchema,
    videoId: idSchema,
    modelId: idSchema,
    /** One of the video's. */
    subtitlesId: idSchema.optional(),
    /** What the questions have in common that were put to several videos at once; their moments make one list. */
    togetherId: idSchema.optional(),
  });
export type Question = z.infer<typeof questionSchema>;

/** `interrupted`: the host ended while it ran; its events up to then are there, and it can be run again. What is queued stays so. */
export const runStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunState = z.infer<typeof runStateSchema>;

/** A question that was put, and what became of it. */
export const runSchema = z.object({
  id: idSchema,
  question: questionSchema,
  state: runStateSchema,
  createdAtMs: timestampMsSchema,
  startedAtMs: timestampMsSchema.optional(),
  endedAtMs: timestampMsSchema.optional(),
  /** Of a run that is done. */
  record: runRecordSchema.optional(),
  /** Of a run that failed. */
  error: storedErrorSchema.optional(),
  /** Name of the model, also when it was removed since. */
  modelName: z.string(),
  review: reviewStateSchema,
  note: z.string(),
  /** The run that this one repeats with other settings. */
  rerunOf: idSchema.optional(),
  /** Where it stands among those that wait, smallest first; it says nothing of others. */
  queuePlace: z.number().optional(),
});
export type Run = z.infer<typeof runSchema>;

/** An event as it was stored; `seq` counts from 0 without gaps; tokens that came together are one event. */
export const storedRunEventSchema = z.object({
  seq: z.number().int().nonnegative(),
  /** Since the run started. */
  atMs: z.number().nonnegative(),
  event: runEventSchema,
});
export type StoredRunEvent = z.infer<typeof storedRunEventSchema>;

export { runEstimateSchema, type RunEstimate } from '../../../native-models/protocol/run-estimate.ts';

/** Roles that a person switched on; the rules between them are the engine's (ROLES_INVALID). */
export const roleChoiceSchema = z.array(roleSchema);
