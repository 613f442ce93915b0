import { z } from 'zod';
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
  /**
   * Where to write; absent: into the host's exports folder, to be fetched from the media route. A folder for `clips`. Several
   * files are one zip, whose name is this with `.zip` after it unless it ends so.
   */
  outputPath: z.string().optional(),
  /** Of clips: exact edges cost encoding; copies begin at the keyframe before. */
  clipMode: z.enum(['copy', 'encode']).default('encode'),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

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

/** What was read of a file of annotations, and what was not. */
export const annotationImportResultSchema = z.object({
  added: z.number().int(),
  /** The source that they are kept under: one track of the timeline. */
  source: z.string(),
  skipped: z.array(z.object({ reason: z.string(), count: z.number().int(), examples: z.array(z.string()) })),
});
export type AnnotationImportResult = z.infer<typeof annotationImportResultSchema>;
