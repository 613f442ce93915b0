import { z } from 'zod';
import { annotationSchema } from './annotations.ts';
import { projectSchema, timestampMsSchema, videoSchema } from './library.ts';
import { runSchema } from './runs.ts';

/**
 * A project as it is written by the `json` export: everything that a person sees of it, complete enough to be read back
 * and to become training data (`videomind eval export`).
 */
export const projectExportSchema = z.object({
  format: z.literal('videomind-project'),
  schemaVersion: z.literal(1),
  /** Version of the program that wrote it. */
  program: z.string(),
  exportedAtMs: timestampMsSchema,
  project: projectSchema,
  videos: z.array(videoSchema),
  runs: z.array(runSchema),
  annotations: z.array(annotationSchema),
});
export type ProjectExport = z.infer<typeof projectExportSchema>;
