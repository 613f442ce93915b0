import { z } from 'zod';
import { pictureRegionSchema } from '../../../native-models/protocol/picture-region.ts';
import { idSchema, labelSchema, timestampMsSchema, trackSchema } from './library.ts';

/** Where a moment came from: a model's candidate as found, a candidate that a person corrected, a person, or a file. */
export const provenanceSchema = z.enum(['model', 'edited', 'human', 'imported']);
export type Provenance = z.infer<typeof provenanceSchema>;

export const reviewStateSchema = z.enum(['open', 'accepted', 'rejected']);
export type ReviewState = z.infer<typeof reviewStateSchema>;

/** What one person decided of a moment. */
export const verdictSchema = z.object({
  by: z.string().min(1).max(200),
  state: reviewStateSchema.exclude(['open']),
  atMs: timestampMsSchema,
});
export type Verdict = z.infer<typeof verdictSchema>;

/** A moment of a video that somebody or something marked. */
export const annotationSchema = z.object({
  id: idSchema,
  projectId: idSchema,
  videoId: idSchema,
  /** Presentation seconds; start ≤ end. */
  startSec: z.number().nonnegative(),
  endSec: z.number().nonnegative(),
  /** What is to be seen: the query it answers, or a person's words. */
  text: z.string().max(10_000),
  labelId: idSchema.optional(),
  note: z.string().max(10_000),
  provenance: provenanceSchema,
  state: reviewStateSchema,
  /** The run and the candidate (its place in `record.candidates`) it began as. */
  runId: idSchema.optional(),
  candidateIndex: z.number().int().nonnegative().optional(),
  /** The box or point (its place in `record.places`) it began as. */
  placeIndex: z.number().int().nonnegative().optional(),
  /** Where in the picture it is; absent: all of it. */
  region: pictureRegionSchema.optional(),
  /** As the model found it, for `edited` ones. */
  originalStartSec: z.number().optional(),
  originalEndSec: z.number().optional(),
  originalRegion: pictureRegionSchema.optional(),
  /** The grounder's confidence and the verifier's score of the candidate it began as. */
  confidence: z.number().optional(),
  verifierScore: z.number().optional(),
  /** Name of the imported file or benchmark that it was read from. */
  source: z.string().optional(),
  /** What is told of it, by the ids of its label's attributes. */
  attributes: z.record(idSchema, z.union([z.string().max(10_000), z.number()])).optional(),
  /** The track that it is on; absent: the project's own (`ownTrackId`). */
  trackId: idSchema.optional(),
  /** Who made it and who changed it last, where they said so. */
  createdBy: z.string().max(200).optional(),
  changedBy: z.string().max(200).optional(),
  /** The last decision of each person who gave a name, oldest first; `state` is the newest of all. */
  verdicts: z.array(verdictSchema).max(100).exactOptional(),
  createdAtMs: timestampMsSchema,
  updatedAtMs: timestampMsSchema,
});
export type Annotation = z.infer<typeof annotationSchema>;

/** What a new annotation needs; the store adds the rest. The renderer chooses the id, so that it can show it at once. */
export const newAnnotationSchema = annotationSchema
  .omit({
    createdAtMs: true,
    updatedAtMs: true,
    projectId: true,
    createdBy: true,
    changedBy: true,
    verdicts: true,
  })
  .extend({ note: annotationSchema.shape.note.default(''), state: reviewStateSchema.default('open') });
export type NewAnnotation = z.infer<typeof newAnnotationSchema>;

/**
 * What can be changed afterwards; changing the times or the region of one that a model found or that was imported makes it
 * `edited`. `null` takes a label or a region away, and puts it on the project's own track.
 */
export const annotationChangesSchema = z
  .object({
    startSec: z.number().nonnegative(),
    endSec: z.number().nonnegative(),
    text: z.string().max(10_000),
    labelId: idSchema.nullable(),
    note: z.string().max(10_000),
    state: reviewStateSchema,
    trackId: idSchema.nullable(),
    region: pictureRegionSchema.nullable(),
    /** In place of all that was told before. */
    attributes: annotationSchema.shape.attributes.unwrap(),
  })
  .partial();
export type AnnotationChanges = z.infer<typeof annotationChangesSchema>;

const placeSchema = z.number().int().nonnegative();

/** One step of a change; a whole list of them is one step of undo. */
export const annotationOperationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), annotation: newAnnotationSchema }),
  z.object({ op: z.literal('update'), id: idSchema, changes: annotationChangesSchema }),
  z.object({ op: z.literal('remove'), id: idSchema }),
  z.object({ op: z.literal('addLabel'), label: labelSchema }),
  z.object({ op: z.literal('updateLabel'), id: idSchema, changes: labelSchema.omit({ id: true }).partial() }),
  z.object({ op: z.literal('moveLabel'), id: idSchema, place: placeSchema }),
  /** Takes it from its moments too. */
  z.object({ op: z.literal('removeLabel'), id: idSchema }),
  z.object({ op: z.literal('addTrack'), track: trackSchema }),
  z.object({
    op: z.literal('updateTrack'),
    id: idSchema,
    /** `null` takes a colour, or the choice of labels, away. */
    changes: trackSchema
      .pick({ name: true, kind: true, hidden: true, locked: true })
      .extend({
        color: trackSchema.shape.color.nullable(),
        labelIds: trackSchema.shape.labelIds.nullable(),
      })
      .partial(),
  }),
  z.object({ op: z.literal('moveTrack'), id: idSchema, place: placeSchema }),
  /** Removes its moments too; the project's own track stays. */
  z.object({ op: z.literal('removeTrack'), id: idSchema }),
]);
export type AnnotationOperation = z.infer<typeof annotationOperationSchema>;

/** The outcome of a change, an undo or a redo. What became of labels and tracks is told with the project. */
export const annotationsChangedSchema = z.object({
  projectId: idSchema,
  changed: z.array(annotationSchema),
  removedIds: z.array(idSchema),
});
export type AnnotationsChanged = z.infer<typeof annotationsChangedSchema>;

/** Whose history is moved in: that of a video, as one window sees it. */
export const historyScopeSchema = z.object({
  /** Only what is about it, and what is about the whole project; absent: all. */
  videoId: idSchema.optional(),
  /** The window that asks: what another window that is open did is left to that one. */
  windowId: idSchema.optional(),
});
export type HistoryScope = z.infer<typeof historyScopeSchema>;

/** What an undo or a redo did. */
export const historyStepSchema = z.object({
  /** What was taken back or made again, in a few words ("Move edge"). */
  title: z.string(),
  /** The videos that it was about; empty: labels or tracks of the project. */
  videoIds: z.array(idSchema),
  /** False: something was changed since by a later step that is not of this history; the step was left alone and dropped. */
  isDone: z.boolean(),
  change: annotationsChangedSchema,
});
export type HistoryStep = z.infer<typeof historyStepSchema>;
