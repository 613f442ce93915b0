import { z } from 'zod';
import { annotationsChangedSchema } from './annotations.ts';
import { idSchema, projectSchema, videoSchema } from './library.ts';
import { jobSchema, modelSchema } from './models.ts';
import { runSchema, storedRunEventSchema } from './runs.ts';
import { settingsSchema } from './settings.ts';

/** What the engine is doing, for the status line. */
export const engineStateSchema = z.object({
  state: z.enum(['off', 'starting', 'idle', 'busy', 'crashed']),
  modelId: idSchema.optional(),
  residentBytes: z.number().optional(),
  device: z.string().optional(),
});
export type EngineState = z.infer<typeof engineStateSchema>;

/** What happened at the host: sent to every window, after it was stored. Entities come whole. */
export const hostEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('runChanged'), run: runSchema }),
  z.object({ type: z.literal('runRemoved'), runId: idSchema }),
  z.object({ type: z.literal('runEvents'), runId: idSchema, events: z.array(storedRunEventSchema) }),
  z.object({ type: z.literal('annotationsChanged'), change: annotationsChangedSchema }),
  z.object({ type: z.literal('videoChanged'), video: videoSchema }),
  z.object({ type: z.literal('videoRemoved'), videoId: idSchema }),
  z.object({ type: z.literal('projectChanged'), project: projectSchema }),
  z.object({ type: z.literal('projectRemoved'), projectId: idSchema }),
  z.object({ type: z.literal('modelsChanged'), models: z.array(modelSchema) }),
  z.object({ type: z.literal('jobChanged'), job: jobSchema }),
  z.object({ type: z.literal('settingsChanged'), settings: settingsSchema }),
  z.object({ type: z.literal('engineChanged'), engine: engineStateSchema }),
  /** The network is asked for a newer release, or no longer. */
  z.object({ type: z.literal('updateCheck'), running: z.boolean() }),
  /** Something that a person should know and that belongs to no request. */
  z.object({
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    code: z.string(),
    message: z.string(),
    remedy: z.string().optional(),
  }),
]);
export type HostEvent = z.infer<typeof hostEventSchema>;
