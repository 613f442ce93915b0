import { z } from 'zod';
import { speakerSchema } from './roles.ts';
import { runForecastSchema } from './run-forecast.ts';
import { warningSchema } from './run-record.ts';

/** What a run would look at and need, told before it is started. */
export const runEstimateSchema = z.object({
  roles: z.array(
    z.object({
      role: speakerSchema,
      frames: z.number().int(),
      /** Between neighbouring frames that the role sees. */
      intervalSec: z.number(),
      tokensPerFrame: z.number(),
      promptTokens: z.number().int(),
      /** Of a search window by window: how many; `promptTokens` are those of all of them. */
      windows: z.number().int().optional(),
    }),
  ),
  /** Absent where this machine has not measured the package yet. */
  time: runForecastSchema.optional(),
  memoryBytes: z.number(),
  availableMemoryBytes: z.number(),
  warnings: z.array(warningSchema),
});
export type RunEstimate = z.infer<typeof runEstimateSchema>;
/** One role's share of an estimate. */
export type RoleEstimate = RunEstimate['roles'][number];
