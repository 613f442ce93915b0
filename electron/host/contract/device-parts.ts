import { z } from 'zod';

/** Devices that need libraries beside their driver. */
export const addedDeviceSchema = z.enum(['cuda', 'cann']);

/** What has been added for a device, and what could be. */
export const addedPartsSchema = z.object({
  device: addedDeviceSchema,
  title: z.string(),
  version: z.string(),
  /** `begun`: some of it has been downloaded. */
  state: z.enum(['absent', 'begun', 'added']),
  folder: z.string(),
  /** On disk now. */
  bytes: z.number(),
  downloadBytes: z.number(),
  unpackedBytes: z.number(),
});
export type AddedParts = z.infer<typeof addedPartsSchema>;
