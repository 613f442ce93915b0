import { z } from 'zod';
import { speakerSchema } from './roles.ts';

/** How long a run will take, from what this machine measured before. */
export const runForecastSchema = z.object({
  roles: z.array(z.object({ role: speakerSchema, seconds: z.number().nonnegative() })),
  /** Of all roles, and of opening the package where it is not open. */
  seconds: z.number().nonnegative(),
});
export type RunForecast = z.infer<typeof runForecastSchema>;
