import { z } from 'zod';

/** Services that checkpoints are downloaded from. */
export const sourceKeySchema = z.enum(['hub', 'modelscope']);
export type SourceKey = z.infer<typeof sourceKeySchema>;

/**
 * Where the prompts come from that a checkpoint was trained with: one of the places where they are published, a file of the person's
 * own, or whichever place gives the text that this version knows.
 */
export const promptsFromSchema = z.enum(['auto', 'github', 'hub', 'file']);
export type PromptsFrom = z.infer<typeof promptsFromSchema>;

/** How downloads are made: what a person chose once for all of them. */
export const downloadChoicesSchema = z.object({
  source: sourceKeySchema,
  /** Address of a mirror of the hub; empty: HF_ENDPOINT, else the hub's own. */
  hubUrl: z.string().max(2000),
  promptsFrom: promptsFromSchema,
  /** The person's own file, absolute; with `promptsFrom: 'file'`. */
  promptsPath: z.string().max(32_768),
});
export type DownloadChoices = z.infer<typeof downloadChoicesSchema>;

/** As nobody has chosen anything. */
export const defaultDownloadChoices: DownloadChoices = {
  source: 'hub',
  hubUrl: '',
  promptsFrom: 'auto',
  promptsPath: '',
};

/** What is known of a person's token for a source; the token itself is never told. */
export const tokenStateSchema = z.object({
  source: sourceKeySchema,
  /** Where the token comes from that is used; absent where there is none. */
  from: z.enum(['environment', 'kept', 'file']).optional(),
  /** The one host that it is sent to. */
  host: z.string(),
  /** Whether a token can be kept here, by the system's keychain; else why not. */
  canKeep: z.boolean(),
  whyNot: z.string().optional(),
});
export type TokenState = z.infer<typeof tokenStateSchema>;

/** A download that has begun and is not finished, as it lies on the disk. */
export const partialDownloadSchema = z.object({
  key: z.string(),
  title: z.string(),
  /** On disk. */
  bytes: z.number(),
  /** Of the whole download; absent where its plan is not there. */
  totalBytes: z.number().optional(),
  /** When something of it came last. */
  changedAtMs: z.number(),
  /** Being downloaded at this moment, by this program or another. */
  isRunning: z.boolean(),
});
export type PartialDownload = z.infer<typeof partialDownloadSchema>;
