import { z } from 'zod';
import { idSchema, timestampMsSchema } from './library.ts';

/** Where a moment came from: a model's candidate as found, a candidate that a person corrected, a person, or a file. */
export const provenanceSchema = z.enum(['model', 'edited', 'human', 'imported']);
export type Provenance = z.infer<typeof provenanceSchema>;

export const reviewStateSchema = z.enum(['open', 'accepted', 'rejected']);
export type ReviewState = z.infer<typeof reviewStateSchema>;

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
  /** As the model found it, for `edited` ones. */
  originalStartSec: z.number().optional(),
  originalEndSec: z.number().optional(),
  /** The grounder's confidence and the verifier's score of the candidate it began as. */
  confidence: z.number().optional(),
  verifierScore: z.number().optional(),
  /** Name of the imported file or benchmark: one track of the timeline per source. */
  source: z.string().optional(),
  createdAtMs: timestampMsSchema,
  updatedAtMs: timestampMsSchema,
});
export type Annotation = z.infer<typeof annotationSchema>;

/** What a new annotation needs; the store adds the rest. The renderer chooses the id, so that it can show it at once. */
export const newAnnotationSchema = annotationSchema
  .omit({ createdAtMs: true, updatedAtMs: true, projectId: true })
  .extend({ note: annotationSchema.shape.note.default(''), state: reviewStateSchema.default('open') });
export type NewAnnotation = z.infer<typeof newAnnotationSchema>;

/** What can be changed afterwards; changing the times of a `model` one makes it `edited`. `null` takes a label away. */
export const annotationChangesSchema = z
  .object({
    startSec: z.number().nonnegative(),
    endSec: z.number().nonnegative(),
    text: z.string().max(10_000),
    labelId: idSchema.nullable(),
    note: z.string().max(10_000),
    state: reviewStateSchema,
  })
  .partial();
export type AnnotationChanges = z.infer<typeof annotationChangesSchema>;

/** One step of a change; a whole list of them is one step of undo. */
export const annotationOperationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), annotation: newAnnotationSchema }),
  z.object({ op: z.literal('update'), id: idSchema, changes: annotationChangesSchema }),
  z.object({ op: z.literal('remove'), id: idSchema }),
]);
export type AnnotationOperation = z.infer<typeof annotationOperationSchema>;

/** What can be undone and redone in a project, and what it was, in a few words ("Move edge"). */
export const undoStateSchema = z.object({ undo: z.string().optional(), redo: z.string().optional() });
export type UndoState = z.infer<typeof undoStateSchema>;

/** The outcome of a change, an undo or a redo. */
export const annotationsChangedSchema = z.object({
  projectId: idSchema,
  changed: z.array(annotationSchema),
  removedIds: z.array(idSchema),
  history: undoStateSchema,
});
export type AnnotationsChanged = z.infer<typeof annotationsChangedSchema>;
