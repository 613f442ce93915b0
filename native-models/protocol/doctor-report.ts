import { z } from 'zod';
import { deviceSchema, precisionSchema } from './roles.ts';

/** What came of a device's self-check with a package. */
export const deviceCheckSchema = z.object({
  packageName: z.string(),
  precision: precisionSchema,
  /** How far it is off the package's float32 results, as a share; absent where it is no number. */
  deviation: z.number().optional(),
  /** The most that it may be off. */
  bound: z.number(),
  /** What is wrong, in words; absent where it passed. */
  problem: z.string().optional(),
  checkedAt: z.string(),
});
export type DeviceCheck = z.infer<typeof deviceCheckSchema>;

/** Whether this machine can run models on a device, why not, and what would have to be added. */
export const providerStatusSchema = z.object({
  device: deviceSchema.exclude(['auto']),
  /** What the device is, in a few words. */
  label: z.string(),
  available: z.boolean(),
  /** What was measured of it with this program, where. */
  measured: z.string(),
  /** The machine's name for it, and its memory; absent where the machine says nothing of it. */
  deviceName: z.string().optional(),
  memoryBytes: z.number().optional(),
  freeBytes: z.number().optional(),
  /** True for the processor in a GPU's clothes. */
  isSoftware: z.boolean().optional(),
  /** The self-checks that it was put to on this machine, the latest last; absent where there was none. */
  checks: z.array(deviceCheckSchema).optional(),
  /** Why it is not available. */
  reason: z.string().optional(),
  /** What to do to get it; absent where this kind of machine cannot have it. */
  howToAdd: z.array(z.string()).optional(),
});
export type ProviderStatus = z.infer<typeof providerStatusSchema>;

/** What this machine has and what it lacks (`doctor`). */
export const doctorReportSchema = z.object({
  platform: z.string(),
  nodeVersion: z.string(),
  cpu: z.object({
    model: z.string(),
    logicalCores: z.number().int(),
    /** Absent where the system does not say. */
    physicalCores: z.number().int().optional(),
    /** Instruction sets that the integer products use, as the operating system names them. */
    features: z.array(z.string()),
  }),
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }),
  onnxruntime: z.object({ version: z.string().optional(), problem: z.string().optional() }),
  providers: z.array(providerStatusSchema),
  /** What `auto` takes on this machine for a package that fits, and why. */
  auto: z.object({ device: deviceSchema.exclude(['auto']), reason: z.string() }).optional(),
  ffmpeg: z.object({
    /** Why there is none that can be used, and what to do. */
    problem: z.string().optional(),
    remedy: z.string().optional(),
    /** The one in use. */
    path: z.string().optional(),
    version: z.string().optional(),
    /** Why it is below the patched releases; it works all the same. */
    unpatched: z.string().optional(),
    /** What its children run in: the kind, the mechanisms in words, and why it is nothing stronger. */
    jail: z.object({ kind: z.string(), mechanisms: z.string(), shortfall: z.string().optional() }).optional(),
    /** Where it was looked for, in order, and what came of it. */
    tried: z.array(z.object({ source: z.string(), path: z.string().optional(), outcome: z.string() })),
  }),
  cachePath: z.string(),
  /** What was encoded of videos and lies on disk for the next start; missing from old reports. */
  keptFeatures: z
    .union([
      z.object({ path: z.string(), bytes: z.number(), budgetBytes: z.number() }),
      z.object({ problem: z.string() }),
    ])
    .optional(),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
