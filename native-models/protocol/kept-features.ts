import { z } from 'zod';

/** What was encoded of videos and lies on disk for later questions. */
export const keptFeaturesStateSchema = z.object({
  path: z.string(),
  bytes: z.number().nonnegative(),
  /** How much of the disk it may take; 0: nothing is kept. */
  budgetBytes: z.number().nonnegative(),
  /** Whether the environment says how much: then it is not changed here. */
  isFixed: z.boolean(),
});
export type KeptFeaturesState = z.infer<typeof keptFeaturesStateSchema>;

/** What is to become of it. */
export const keptFeaturesChangeSchema = z.object({
  budgetBytes: z
    .number()
    .nonnegative()
    .max(2 ** 50)
    .optional(),
  empty: z.boolean().optional(),
});
export type KeptFeaturesChange = z.infer<typeof keptFeaturesChangeSchema>;
