import { z } from 'zod';
import { errorCodes } from '../../../native-models/protocol/errors.ts';

/** Identifies one row of the store; opaque, never reused. */
export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** Colours that labels and tracks can have. */
export const labelColors = 8;
/** Milliseconds since 1970, UTC. */
export const timestampMsSchema = z.number().int().nonnegative();

/** The content of a video, wherever it lies (`contentIdentity`). */
export const contentIdSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** An error as it is stored and shown. */
export const storedErrorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  remedy: z.string(),
});
export type StoredError = z.infer<typeof storedErrorSchema>;

export const subtitlesSchema = z.object({
  id: idSchema,
  label: z.string(),
  path: z.string(),
  /** As a person chose it; absent: what the file tells or looks like. */
  encoding: z.string().exactOptional(),
});

/** What is said between two times. */
export const subtitleLineSchema = z.object({ startSec: z.number(), endSec: z.number(), text: z.string() });
export type SubtitleLine = z.infer<typeof subtitleLineSchema>;

/** What a file of subtitles holds, before it is added to a video. */
export const subtitlesPreviewSchema = z.object({
  form: z.string(),
  encoding: z.string(),
  /** False where the encoding was guessed. */
  encodingCertain: z.boolean(),
  total: z.number().int(),
  /** The first of them, on the player's clock. */
  cues: z.array(subtitleLineSchema),
  skipped: z.array(z.object({ line: z.number().int(), reason: z.string() })),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type SubtitlesPreview = z.infer<typeof subtitlesPreviewSchema>;

/** A part of a film as its maker named it: presentation seconds. */
export const chapterSchema = z.object({ startSec: z.number(), endSec: z.number(), title: z.string() });
export type Chapter = z.infer<typeof chapterSchema>;

/** A video of the library. All times are presentation times, in seconds from the first frame on the file's own clock. */
export const videoSchema = z.object({
  id: idSchema,
  /** Absolute, on the host's machine. */
  path: z.string(),
  name: z.string(),
  bytes: z.number().int().nonnegative(),
  addedAtMs: timestampMsSchema,
  /** The same for every copy of the file; absent until it was read once. */
  contentId: contentIdSchema.exactOptional(),
  /** `missing`: the file is gone or moved; `unreadable`: see `error`. */
  state: z.enum(['probing', 'ready', 'missing', 'unreadable']),
  error: storedErrorSchema.optional(),
  /** Known once it is ready. */
  picture: z
    .object({
      durationSec: z.number().nonnegative(),
      /** The container's average frame rate. */
      fps: z.number().positive(),
      totalFrames: z.number().int(),
      /** Upright. */
      width: z.number().int(),
      height: z.number().int(),
      codec: z.string(),
      /** Frames are not evenly spaced: step by `videos.frameTimes`. */
      variableFrameRate: z.boolean(),
      hasAudio: z.boolean(),
      /** Time of the first frame on the clock of a browser's media element (its currentTime); usually 0. */
      mediaStartSec: z.number(),
      /** How its frames are numbered in the edit that it came from, where the file says so. */
      timecode: z
        .object({ start: z.string(), dropFrame: z.boolean(), fps: z.number().positive() })
        .exactOptional(),
      /** The chapters that its container names, by time; titles may be empty. Absent where it has none. */
      chapters: z.array(chapterSchema).exactOptional(),
      /** The file's tracks, and which are used; absent in libraries of earlier versions. */
      tracks: z
        .array(
          z.object({
            index: z.number().int(),
            kind: z.enum(['video', 'audio', 'subtitle', 'other']),
            codec: z.string(),
            language: z.string().exactOptional(),
            /** The film, or the sound that is played with it. */
            used: z.boolean(),
          }),
        )
        .exactOptional(),
      /** The stream that a person chose for the film; absent: the one that looks most like it. */
      videoStream: z.number().int().nonnegative().exactOptional(),
      /** What to know of how the file was read: several films, clocks that jump, a lost index. */
      warnings: z.array(z.object({ code: z.string(), message: z.string() })).exactOptional(),
      /** True while the frames are being counted: duration, rate and number are what the container says. */
      estimated: z.boolean().exactOptional(),
    })
    .optional(),
  /** `proxy-needed`: browsers cannot play the file; a copy is made in the background (a job of kind `proxy`). */
  playback: z.enum(['unknown', 'direct', 'proxy-needed', 'proxy-ready', 'impossible']),
  subtitles: z.array(subtitlesSchema),
});
export type LibraryVideo = z.infer<typeof videoSchema>;

/** Something that is told of each moment with a label: one of several words, a number, or any words. */
export const labelAttributeSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(200),
  kind: z.enum(['choice', 'number', 'text']),
  /** Of a choice: what can be chosen. */
  options: z.array(z.string().min(1).max(200)).max(100).exactOptional(),
});
export type LabelAttribute = z.infer<typeof labelAttributeSchema>;

export const labelSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(200),
  /** One of the eight label colours of the design system, 0..7. */
  color: z
    .number()
    .int()
    .min(0)
    .max(labelColors - 1),
  /** When it is to be set and how, in words for those who set it. */
  guideline: z.string().max(10_000).exactOptional(),
  attributes: z.array(labelAttributeSchema).max(50).exactOptional(),
});
export type Label = z.infer<typeof labelSchema>;

/** The track that moments are on which name none; every project has it. */
export const ownTrackId = 'own';

/** A row of moments on the timeline, with what is shown of it and what may be done to it. */
export const trackSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(200),
  /** `own`: to be worked on; `reference`: what others found, to be compared with. */
  kind: z.enum(['own', 'reference']),
  /** One of the eight label colours, for moments without a label. */
  color: z
    .number()
    .int()
    .min(0)
    .max(labelColors - 1)
    .exactOptional(),
  hidden: z.boolean(),
  /** Nothing on it can be changed. */
  locked: z.boolean(),
  /** The labels that can be set on it; absent: all of the project. */
  labelIds: z.array(idSchema).max(200).exactOptional(),
  /** What it began as: a file, a question's candidates or another track, by its name. */
  origin: z.object({ kind: z.enum(['file', 'run', 'track']), name: z.string() }).exactOptional(),
});
export type Track = z.infer<typeof trackSchema>;

/** What a person can say of a video: the work on it is done, or it is left out. */
export const videoStatusSchema = z.enum(['done', 'skipped']);
export type VideoStatus = z.infer<typeof videoStatusSchema>;

/** Videos, runs and annotations that belong together. */
export const projectSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(200),
  createdAtMs: timestampMsSchema,
  labels: z.array(labelSchema),
  /** In the order in which they are shown; a project of an older program has none yet. */
  tracks: z.array(trackSchema).default([]),
  notes: z.string(),
  videoIds: z.array(idSchema),
  /** What a person said of videos; how far the others are shows in their moments. */
  videoStatus: z.record(idSchema, videoStatusSchema).default({}),
  counts: z.object({
    runs: z.number().int(),
    annotations: z.number().int(),
    /** Annotations accepted or rejected. */
    reviewed: z.number().int(),
    /** Where files of others say something else, and nobody has chosen yet. */
    conflicts: z.number().int().default(0),
  }),
});
export type Project = z.infer<typeof projectSchema>;

/** An entry of a folder on the host's machine, for shells without a native file dialog. */
export const folderEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  bytes: z.number().optional(),
});
export type FolderEntry = z.infer<typeof folderEntrySchema>;

/** A clip that comes with the program, to be opened by its path like any other. */
export const demoClipSchema = z.object({
  name: z.string(),
  path: z.string(),
  questions: z.array(z.object({ question: z.string(), options: z.array(z.string()).optional() })),
});
export type DemoClip = z.infer<typeof demoClipSchema>;
