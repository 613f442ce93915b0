import { z } from 'zod';
import { runningDeviceSchema, precisionSchema, roleSchema } from './roles.ts';
import { warningSchema } from './run-record.ts';

/** What a folder turned out to be. */
export const folderKindSchema = z.enum([
  /** Ready to be asked. */
  'package',
  /** Adapters, grounding head and tokenizer of a VideoMind checkpoint; needs its base. */
  'videomind',
  /** A checkpoint of a supported family, which can be imported by itself; of Qwen2-VL also with adapters. */
  'base',
  /** One PEFT adapter by itself. */
  'adapter',
  /** A checkpoint of another network. */
  'other-checkpoint',
  'empty',
  'unknown',
]);
export type FolderKind = z.infer<typeof folderKindSchema>;

/** What an adapter changes; a package only tells its rank and what it has of its own. */
const adapterSummarySchema = z.object({
  role: roleSchema,
  /** Smallest and largest rank of its matrices. */
  rank: z.tuple([z.number().int(), z.number().int()]),
  /** Smallest and largest factor of B·A. */
  scale: z.tuple([z.number(), z.number()]).optional(),
  /** Linear layers that it changes. */
  targetCount: z.number().int().optional(),
  /** The last part of their paths, e.g. `q_proj`. */
  targetKinds: z.array(z.string()).optional(),
  ownEmbeddings: z.boolean(),
  ownHead: z.boolean(),
});
export type AdapterSummary = z.infer<typeof adapterSummarySchema>;

/** Sizes of a network; what the folder does not say is left out. */
const networkSummarySchema = z.object({
  /** `model_type` of a checkpoint, or the architecture of a package. */
  architecture: z.string(),
  layers: z.number().int().optional(),
  hiddenSize: z.number().int().optional(),
  heads: z.number().int().optional(),
  keyValueHeads: z.number().int().optional(),
  vocabularySize: z.number().int().optional(),
  visionLayers: z.number().int().optional(),
  /** Whether lm_head is the embedding table. */
  tied: z.boolean().optional(),
  /** Weights counted, where they are there to be counted. */
  parameters: z.number().optional(),
  /** Element types of the weights, as safetensors names them. */
  dtypes: z.array(z.string()).optional(),
});
export type NetworkSummary = z.infer<typeof networkSummarySchema>;

/** What `inspect` says of a folder. */
export const inspectReportSchema = z.object({
  path: z.string(),
  kind: folderKindSchema,
  /** One sentence for people: what this is. */
  summary: z.string(),
  /** What can be done with it, or what would work instead. */
  advice: z.string(),
  name: z.string().optional(),
  /** Which agent runs it: the Chain of LoRA, or the one that lets it reason aloud; absent for what cannot be run. */
  agent: z.enum(['chain', 'reasoner']).optional(),
  /** Roles of the chain that it can play. */
  roles: z.array(roleSchema),
  network: networkSummarySchema.optional(),
  precision: precisionSchema.optional(),
  /** The devices that compute a package; the processor is always among them. */
  devices: z.array(runningDeviceSchema).optional(),
  adapters: z.array(adapterSummarySchema),
  groundingHead: z.boolean(),
  promptSource: z.enum(['prompts.json', 'constants.py', 'built-in']).optional(),
  /** Where the base of a VideoMind folder was found. */
  basePath: z.string().optional(),
  /** All files of the folder together. */
  bytes: z.number(),
  /** What is missing or damaged, each by its error code. */
  problems: z.array(warningSchema),
});
export type InspectReport = z.infer<typeof inspectReportSchema>;
