import { z } from 'zod';
import { sourceKeySchema } from '../contract/downloads.ts';

/** A file to be downloaded, and how it is known to have arrived whole. */
export const plannedFileSchema = z.object({
  source: sourceKeySchema.default('hub'),
  repository: z.string(),
  /** The commit: a download that is resumed goes on with the files that it began with. A branch where the source has no more. */
  revision: z.string(),
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  /** sha256 of the content, or git's sha1 of the blob, which the hub has for small files. */
  checksum: z.object({
    algorithm: z.enum(['sha256', 'git-blob']),
    hex: z.string().regex(/^(?:[\da-f]{40}|[\da-f]{64})$/u),
  }),
});
export type PlannedFile = z.infer<typeof plannedFileSchema>;

/** What a checkpoint is made of; repositories also hold pictures, other formats and training states. */
const neededEndings = ['.json', '.safetensors', '.txt', '.jinja', '.model'];
/** ModelScope's own note about a repository, which no checkpoint reads and which has not always a checksum. */
const serviceFile = 'configuration.json';

/** Whether a file of a repository is part of a checkpoint. Hidden ones are the service's own. */
export function isNeeded(filePath: string): boolean {
  const isHidden = filePath.split('/').some((part) => /^\.[^.]/.test(part));
  return !isHidden && filePath !== serviceFile && neededEndings.some((ending) => filePath.endsWith(ending));
}
