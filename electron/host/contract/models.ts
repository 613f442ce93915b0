import { z } from 'zod';
import { precisionSchema, roleSchema } from '../../../native-models/protocol/roles.ts';
import { idSchema, storedErrorSchema, timestampMsSchema } from './library.ts';

/** A model package of the model store. */
export const modelSchema = z.object({
  id: idSchema,
  name: z.string(),
  path: z.string(),
  state: z.enum(['ready', 'missing', 'damaged']),
  error: storedErrorSchema.optional(),
  agent: z.enum(['chain', 'reasoner']),
  roles: z.array(roleSchema),
  precision: precisionSchema,
  architecture: z.string(),
  /** On disk. */
  bytes: z.number(),
  /** Resident when loaded, estimated from its weights. */
  memoryBytes: z.number(),
  /** The bundled demo: knows only its own small world; it cannot be removed. */
  demo: z.boolean(),
  addedAtMs: timestampMsSchema,
});
export type Model = z.infer<typeof modelSchema>;

/** A place where prompts are published: on GitHub, or below the address of the hub or its mirror. */
const promptsPlaceSchema = z.discriminatedUnion('key', [
  z.object({ key: z.literal('github'), url: z.string() }),
  z.object({ key: z.literal('hub'), path: z.string() }),
]);
export type PromptsPlace = z.infer<typeof promptsPlaceSchema>;

/** The prompts that a checkpoint was trained with, published apart from its weights: fetched with it, known by hash. */
const publishedPromptsSchema = z.object({
  project: z.string(),
  /** In the order in which they are asked. */
  places: z.array(promptsPlaceSchema).min(1),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  licence: z.string(),
});
export type PublishedPrompts = z.infer<typeof publishedPromptsSchema>;

/** A checkpoint that can be downloaded from the hub; which ones is data of the program (assets), never fetched. */
export const downloadableModelSchema = z.object({
  key: z.string(),
  title: z.string(),
  description: z.string(),
  licence: z.string(),
  /** Hub repositories of the base and of the adapters. */
  baseRepository: z.string(),
  adaptersRepository: z.string().optional(),
  /** Its repositories on ModelScope, where they are there; adapters that are not come from the hub. */
  modelScope: z.object({ base: z.string(), adapters: z.string().optional() }).optional(),
  prompts: publishedPromptsSchema.optional(),
  downloadBytes: z.number(),
  diskBytes: z.number(),
});
export type DownloadableModel = z.infer<typeof downloadableModelSchema>;

/** Long work in the background. Downloads (of models, of devices' libraries) can be paused and resumed, also after a restart. */
export const jobSchema = z.object({
  id: idSchema,
  kind: z.enum([
    'proxy',
    'import-model',
    'download-model',
    'export-clips',
    'move-models',
    'add-device',
    'read-ahead',
  ]),
  title: z.string(),
  state: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']),
  done: z.number(),
  /** 0 while it is not known. */
  total: z.number(),
  unit: z.enum(['bytes', 'seconds', 'items']),
  /** What is worked on, in a few words. */
  detail: z.string(),
  error: storedErrorSchema.optional(),
  createdAtMs: timestampMsSchema,
  /** What it made or is about. */
  videoId: idSchema.optional(),
  modelId: idSchema.optional(),
  outputPath: z.string().optional(),
});
export type Job = z.infer<typeof jobSchema>;

/** Whether a job fetches something from the network: such jobs can be paused and resumed. */
export function isDownload({ kind }: Pick<Job, 'kind'>): boolean {
  return kind === 'download-model' || kind === 'add-device';
}
