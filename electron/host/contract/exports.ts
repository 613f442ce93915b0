import { z } from 'zod';
import { provenanceSchema } from './annotations.ts';
import { idSchema } from './library.ts';

/** Forms that runs and annotations are written in. */
export const exportFormatSchema = z.enum([
  'json',
  'csv',
  'srt',
  'vtt',
  'qvhighlights',
  'activitynet',
  'label-studio',
  'cvat',
  'elan',
  'edl',
  'otio',
  'html-report',
  'clips',
]);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/** Formats of text: all but the clips, which ffmpeg cuts into a folder. */
export type TextExportFormat = Exclude<ExportFormat, 'clips'>;

/** How the names of files end. */
export const exportExtensions: Readonly<Record<TextExportFormat, string>> = {
  json: 'json',
  csv: 'csv',
  srt: 'srt',
  vtt: 'vtt',
  qvhighlights: 'jsonl',
  activitynet: 'json',
  'label-studio': 'json',
  cvat: 'xml',
  elan: 'eaf',
  edl: 'edl',
  otio: 'otio',
  'html-report': 'html',
};

export const exportRequestSchema = z.object({
  projectId: idSchema,
  format: exportFormatSchema,
  /** Absent: all of the project. */
  videoIds: z.array(idSchema).optional(),
  runIds: z.array(idSchema).optional(),
  annotationIds: z.array(idSchema).optional(),
  /** Only annotations in this state. */
  state: z.enum(['open', 'accepted', 'rejected']).optional(),
  /** Only annotations on these tracks, with these labels (null: without any), of these origins. Absent: all. */
  trackIds: z.array(idSchema).optional(),
  labelIds: z.array(idSchema.nullable()).optional(),
  provenances: z.array(provenanceSchema).optional(),
  /** Also what questions found and nobody kept as an annotation. */
  withFound: z.boolean().default(true),
  /**
   * Where to write; absent: into the host's exports folder, to be fetched from the media route. A folder for `clips`. Several
   * files are one zip, whose name is this with `.zip` after it unless it ends so.
   */
  outputPath: z.string().optional(),
  /** Of clips: exact edges cost encoding; copies begin at the keyframe before. */
  clipMode: z.enum(['copy', 'encode']).default('encode'),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** A table as it is shown: its name, what its columns are called, and its rows. */
export const tableRequestSchema = z.object({
  projectId: idSchema,
  name: z.string().min(1).max(200),
  columns: z.array(z.string().max(200)).min(1).max(100),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()])).max(100)).max(200_000),
  /** Where to write; absent: into the host's exports folder, to be fetched from the media route. */
  outputPath: z.string().optional(),
});
export type TableRequest = z.infer<typeof tableRequestSchema>;

export const exportResultSchema = z.object({
  path: z.string(),
  fileName: z.string(),
  /** Moments written. */
  moments: z.number().int(),
  bytes: z.number(),
  /** For the media route: `export/<id>/<fileName>`. Absent for clips, which are a job. */
  mediaPath: z.string().optional(),
  jobId: idSchema.optional(),
  leftOut: z.array(z.object({ reason: z.string(), count: z.number().int() })),
});
export type ExportResult = z.infer<typeof exportResultSchema>;

/** How many of a report's pictures have come. */
export const exportProgressSchema = z.object({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
});
export type ExportProgress = z.infer<typeof exportProgressSchema>;

/** What a person says of a file of annotations where it does not say it itself. */
export const annotationChoicesSchema = z.object({
  /** Name of an encoding. */
  encoding: z.string().optional(),
  /** What stands between the cells of a table. */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  /** What frames count by. */
  fps: z.number().positive().max(1000).optional(),
  /** Labels, tiers, tracks to take; absent: all. */
  labels: z.array(z.string()).optional(),
});
export type AnnotationChoices = z.infer<typeof annotationChoicesSchema>;

const skippedSchema = z.array(
  z.object({ reason: z.string(), count: z.number().int(), examples: z.array(z.string()) }),
);

/** What would be taken over of a file of annotations. */
export const annotationPreviewSchema = z.object({
  /** Name of the file. */
  source: z.string(),
  form: z.string(),
  encoding: z.string(),
  /** Of tables alone. */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  /** True where frames had to be turned into seconds, so that their rate matters. */
  countsFrames: z.boolean(),
  /** All that the file has, with how many moments of each. */
  labels: z.array(z.object({ name: z.string(), moments: z.number().int() })),
  /** Moments that would be added, of which the first are here. */
  total: z.number().int(),
  moments: z.array(
    z.object({
      startSec: z.number(),
      endSec: z.number(),
      text: z.string(),
      label: z.string(),
      /** Name of the project's video. */
      video: z.string(),
    }),
  ),
  skipped: skippedSchema,
  /** What had to be supposed, in words. */
  assumed: z.array(z.string()),
});
export type AnnotationPreview = z.infer<typeof annotationPreviewSchema>;

/** What was read of a file of annotations, and what was not. */
export const annotationImportResultSchema = z.object({
  added: z.number().int(),
  /** The source that they are kept under: one track of the timeline. */
  source: z.string(),
  skipped: skippedSchema,
  assumed: z.array(z.string()),
});
export type AnnotationImportResult = z.infer<typeof annotationImportResultSchema>;
