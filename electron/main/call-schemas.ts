import { z } from 'zod';

/** What a window may ask native dialogs for; checked by the main process. */
export const chooseFilesSchema = z.strictObject({
  title: z.string().max(500),
  kind: z.enum(['video', 'subtitles', 'annotations', 'project', 'folder', 'prompts']),
  several: z.boolean(),
});
/** A suggested name: of a file, not a path. */
export const fileNameSchema = z.string().min(1).max(500);
/** An address of a page. */
export const addressSchema = z.string().min(1).max(2000);
/** A path on this machine. */
export const pathSchema = z.string().min(1).max(32_768);
