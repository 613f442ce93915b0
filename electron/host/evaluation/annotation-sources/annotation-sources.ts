import { z } from 'zod';
import data from './annotation-sources.json' with { type: 'json' };

const pinnedFileSchema = z.object({
  /** Within the repository, and below the data folder. */
  path: z.string(),
  place: z.string(),
  bytes: z.number().int(),
  /** Git's checksum of the content. */
  blob: z.string().regex(/^[\da-f]{40}$/u),
});

const sourcesSchema = z.object({
  /** Files of their authors' repositories on GitHub, known by their checksums. */
  pinned: z.array(
    z.object({
      repository: z.string(),
      revision: z.string().regex(/^[\da-f]{40}$/u),
      licence: z.string(),
      terms: z.url(),
      files: z.array(pinnedFileSchema),
    }),
  ),
  /** Data sets on the hub: what is there, its checksums and its licence it says itself. */
  hub: z.array(
    z.object({
      repository: z.string(),
      /** The folder below the data folder that its top is. */
      below: z.string(),
      /** Folders below the data folder that come from it, and where their authors say what may be done with them. */
      folders: z.record(z.string(), z.url()),
    }),
  ),
  /** Folders whose files nobody may fetch for a person. */
  elsewhere: z.array(z.object({ folders: z.array(z.string()), why: z.string(), where: z.url() })),
});

const sources = sourcesSchema.parse(data);

/** Where a file of the data folder comes from. */
export type AnnotationSource =
  | {
      readonly kind: 'pinned';
      readonly repository: string;
      readonly revision: string;
      readonly licence: string;
      readonly terms: string;
      readonly file: z.infer<typeof pinnedFileSchema>;
    }
  | {
      readonly kind: 'hub';
      readonly repository: string;
      /** Within the repository. */
      readonly path: string;
      readonly terms: string;
    }
  | { readonly kind: 'elsewhere'; readonly why: string; readonly where: string };

/** Where an annotation file comes from, by its path below the data folder; undefined for one that nobody is known to publish. */
export function annotationSource(place: string): AnnotationSource | undefined {
  for (const { files, ...pinned } of sources.pinned) {
    const file = files.find((one) => one.place === place);
    if (file !== undefined) return { kind: 'pinned', ...pinned, file };
  }
  const folder = place.split('/')[0] ?? '';
  for (const { folders, why, where } of sources.elsewhere) {
    if (folders.includes(folder)) return { kind: 'elsewhere', why, where };
  }
  for (const { repository, below, folders } of sources.hub) {
    const terms = folders[folder];
    if (terms !== undefined) return { kind: 'hub', repository, path: place.slice(below.length), terms };
  }
  return undefined;
}
