import { z } from 'zod';
import { annotationSchema } from './annotations.ts';
import { idSchema, labelSchema, timestampMsSchema, trackSchema } from './library.ts';
import { runSchema } from './runs.ts';

/** How files end that hold a whole project. */
export const projectFileEnding = 'videomind';

/** Kinds of things that two people can change each in their own way. */
export const conflictKindSchema = z.enum(['annotation', 'label', 'track', 'run', 'project']);

/** A place where another person's file says something else than this project. What this project says stands. */
export const conflictSchema = z.object({
  id: idSchema,
  kind: conflictKindSchema,
  itemId: idSchema,
  /** What differs: `times`, `text`, `label`, `note`, `state`, `track`, `name`, …; `removed`: one of the two removed it. */
  fields: z.array(z.string().max(50)).min(1).max(20),
  /** The other's whole item; null: it was removed there. */
  theirs: z
    .union([
      annotationSchema,
      trackSchema,
      labelSchema,
      runSchema,
      z.object({ name: z.string().min(1).max(200), notes: z.string().max(100_000) }),
    ])
    .nullable(),
  /** Name of the file that it came with. */
  source: z.string().max(1000),
  atMs: timestampMsSchema,
});
export type Conflict = z.infer<typeof conflictSchema>;

const countsSchema = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
});

/** What a project's file brings, or would bring. */
export const projectTakenSchema = z.object({
  projectId: idSchema,
  name: z.string(),
  /** False: the library has the project, and the file is merged into it. */
  isNew: z.boolean(),
  annotations: countsSchema,
  runs: countsSchema,
  labels: countsSchema,
  tracks: countsSchema,
  /** Steps of the history that were not known here. */
  steps: z.number().int(),
  conflicts: z.number().int(),
  videos: z.number().int(),
  /** Names of videos that were not found on this machine. */
  missingVideos: z.array(z.string()),
  /** Names of files of subtitles that are not in it. */
  missingSubtitles: z.array(z.string()),
});
export type ProjectTaken = z.infer<typeof projectTakenSchema>;

/** A project's file that was written. */
export const projectWrittenSchema = z.object({
  path: z.string(),
  fileName: z.string(),
  bytes: z.number(),
  /** For the media route; absent where the place was chosen. */
  mediaPath: z.string().optional(),
  /** Files beside the library that were to go with it and are gone: subtitles. */
  leftOut: z.array(z.string()),
});
export type ProjectWritten = z.infer<typeof projectWrittenSchema>;

/** A step of a project's history: who changed what when. */
export const historyEntrySchema = z.object({
  id: idSchema,
  title: z.string(),
  atMs: timestampMsSchema,
  author: z.string().exactOptional(),
  isUndone: z.boolean(),
  /** It came with another person's file. */
  isMerged: z.boolean(),
  videoIds: z.array(idSchema),
  /** How many moments, labels and tracks it changed. */
  changes: z.number().int(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
