import { z } from 'zod';
import { annotationSchema } from '../contract/annotations.ts';
import {
  contentIdSchema,
  idSchema,
  labelSchema,
  projectSchema,
  timestampMsSchema,
  trackSchema,
  videoSchema,
  videoStatusSchema,
} from '../contract/library.ts';

/**
 * A project's file (`.videomind`) is a ZIP of text, everything of a project but its videos:
 *
 *     project.json            name, notes, labels, tracks; videos by their content, with the places where they were
 *     annotations.jsonl       a moment a line
 *     runs.jsonl              a question a line, with its record
 *     history.jsonl           a step a line: who changed what when, before and after
 *     conflicts.jsonl         where files of others say something else, and nobody has chosen yet
 *     events/RUN.jsonl        what happened during a run
 *     traces/RUN.json.gz      what each role was shown and said
 *     subtitles/ID            files of subtitles that were added to its videos
 *
 * It holds no time and no name of the machine that wrote it, so the same project gives the same bytes. Within it a video is
 * named by its content, so that it means the same in every library.
 */
export const projectFileFormat = 'videomind-project-file';

/** A video as a project's file knows it. */
export const fileVideoSchema = z.object({
  /** By its content where that is known; of several copies in one project the others have a number behind it. */
  id: idSchema,
  contentId: contentIdSchema.exactOptional(),
  name: z.string().min(1).max(1000),
  bytes: z.number().int().nonnegative(),
  /** Where it was, as a place to look first. */
  path: z.string().min(1).max(5000),
  picture: videoSchema.shape.picture,
  /** How far somebody said it is. */
  status: videoStatusSchema.exactOptional(),
  subtitles: z
    .array(
      z.object({
        id: idSchema,
        label: z.string().max(1000),
        encoding: z.string().max(100).exactOptional(),
        /** Whether the file is in here, too. */
        isHeld: z.boolean(),
      }),
    )
    .max(1000),
});
export type FileVideo = z.infer<typeof fileVideoSchema>;

const listOf = <Item extends z.ZodType>(item: Item, most: number) => z.array(item).max(most);

/** What `project.json` says. */
export const fileHeadSchema = z.object({
  format: z.literal(projectFileFormat),
  schemaVersion: z.literal(1),
  project: projectSchema
    .pick({ id: true, name: true, createdAtMs: true })
    .extend({ notes: z.string().max(100_000) }),
  labels: listOf(labelSchema, 200),
  tracks: listOf(trackSchema, 200),
  videos: listOf(fileVideoSchema, 100_000),
});
export type FileHead = z.infer<typeof fileHeadSchema>;

const placed = { position: z.number().int().nonnegative() };
const imageOf = <Item extends z.ZodType>(item: Item) => ({
  id: idSchema,
  before: item.nullable(),
  after: item.nullable(),
});

/** A step of the history. */
export const stepSchema = z.object({
  id: idSchema,
  title: z.string().max(1000),
  atMs: timestampMsSchema,
  author: z.string().max(200).exactOptional(),
  isUndone: z.boolean(),
  isMerged: z.boolean(),
  changes: z
    .array(
      z.union([
        z.object({ kind: z.literal('label'), ...imageOf(labelSchema.extend(placed)) }),
        z.object({ kind: z.literal('track'), ...imageOf(trackSchema.extend(placed)) }),
        z.object({ kind: z.undefined().optional(), ...imageOf(annotationSchema) }),
      ]),
    )
    .max(200_000),
});

/** Names of what a file holds. */
export const partNames = {
  head: 'project.json',
  annotations: 'annotations.jsonl',
  runs: 'runs.jsonl',
  history: 'history.jsonl',
  conflicts: 'conflicts.jsonl',
  events: (runId: string) => `events/${runId}.jsonl`,
  trace: (runId: string) => `traces/${runId}.json.gz`,
  subtitles: (id: string) => `subtitles/${id}`,
} as const;
