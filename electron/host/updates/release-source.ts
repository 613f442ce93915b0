import { z } from 'zod';
import { readProgramManifest } from '../program-version.ts';

/** Where releases of this program are announced, and by whom. */
export interface ReleaseSource {
  /** The page of all releases, ending with a slash: every address that an announcement names lies below it. */
  readonly pageUrl: string;
  /** Ed25519 public keys (32 bytes, base64); the private ones are with who publishes, and on no server. */
  readonly keys: readonly string[];
}

const schema = z.object({
  releases: z
    .object({
      page: z.url().endsWith('/').optional(),
      keys: z.array(z.string().regex(/^[A-Za-z\d+/]{43}=$/)).default([]),
    })
    .optional(),
});

/**
 * What the program's package.json says of its releases (`releases: {page, keys}`), which lies in its sealed archive; the page
 * is added by the release workflow. Undefined where either is missing, as in a checkout: then nothing can be believed.
 */
export function releaseSource(manifest: unknown = readProgramManifest()): ReleaseSource | undefined {
  const { releases } = schema.parse(manifest);
  if (releases?.page === undefined || releases.keys.length === 0) return undefined;
  return { pageUrl: releases.page, keys: releases.keys };
}

/** Where the newest release is announced: GitHub answers it from the newest published release that has such a file. */
export function announcementUrl({ pageUrl }: ReleaseSource): string {
  return new URL(`latest/download/${announcementName}`, pageUrl).href;
}

/** The name of the announcement among a release's files. */
export const announcementName = 'release.json';
