import { z } from 'zod';
import { runningDeviceSchema, precisionSchema, roleSchema } from '../protocol/roles.ts';

/** How many frames of what size a role is shown. */
export const budgetSchema = z.object({
  /** Frames a second to sample. */
  fps: z.number().positive(),
  /** Most frames sampled; even. */
  maxFrames: z.number().int().min(2),
  /** Fewest and most visual tokens a frame (one token is a merged cell of 28×28 pixels). */
  minTokens: z.number().int().positive(),
  maxTokens: z.number().int().positive(),
});
export type Budget = z.infer<typeof budgetSchema>;

/**
 * The words and budgets that a checkpoint was trained with. Templates hold `{question}` (planner) or `{query}`
 * (grounder, verifier) once or more; they are filled in literally, other braces are text.
 */
export const promptSetSchema = z.object({
  prompts: z.object({
    planner: z.string().optional(),
    grounder: z.string().optional(),
    verifier: z.string().optional(),
    /** Around an open question for the answerer, `{question}`; absent: the question alone. */
    answerer: z.string().optional(),
  }),
  budgets: z.object({
    planner: budgetSchema,
    grounder: budgetSchema,
    verifier: budgetSchema,
    answerer: budgetSchema,
  }),
  /** The answerer is shown at least this much of the video, in seconds. */
  minAnswerSec: z.number().positive(),
  /**
   * How much the grounder's confidence counts in a candidate's score beside what the verifier says. Published checkpoints, and
   * prompts that leave it out, rank by the verifier alone.
   */
  confidenceWeight: z.number().min(0).max(4).optional(),
  /**
   * How sharply the bounds of the best candidate are settled between all that mean the same moment, by how sure each is. Published
   * checkpoints, and prompts that leave it out or have 0, take the best one's as found.
   */
  boundsSharpness: z.number().min(0).max(100).optional(),
  /** Multiple choice: `option` has {letter} and {text}, `question` has {question} and {options}. */
  choices: z.object({ option: z.string(), question: z.string(), replyStart: z.string() }),
});
export type PromptSet = z.infer<typeof promptSetSchema>;

/** Where the prompts of a package came from; `built-in` answers may be worse, and the user is told. */
export const promptSourceSchema = z.enum(['prompts.json', 'constants.py', 'built-in']);
export type PromptSource = z.infer<typeof promptSourceSchema>;

/** How a model that reasons aloud is shown a video and asked, unless the request says otherwise. */
export const reasonerSettingsSchema = z.object({
  /** Frames a second to sample. */
  fps: z.number().positive(),
  /** Fewest and most frames; a video of fewer has all of its frames shown. */
  minFrames: z.number().int().min(2),
  maxFrames: z.number().int().min(2),
  /** Smallest and largest area of a frame, in pixels. */
  minPixels: z.number().int().positive(),
  maxPixels: z.number().int().positive(),
  /** The reader sizes frames to multiples of twice this; not always the network's own patch. */
  readerPatchSize: z.number().int().positive(),
  maxNewTokens: z.number().int().positive(),
  /** Prompt and reply together. */
  maxContextTokens: z.number().int().positive(),
  temperature: z.number().nonnegative(),
  topP: z.number().positive().max(1),
  /** The instruction lines after the question that the checkpoint was trained with; absent: the agent's own words. */
  instructions: z.object({ choice: z.string(), open: z.string() }).optional(),
});
export type ReasonerSettings = z.infer<typeof reasonerSettingsSchema>;

const fileSchema = z.object({
  /** Relative to the package, forward slashes, no `..`. */
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
});

/** manifest.json of a model package: written last, so a folder without it is no package. */
export const manifestSchema = z.object({
  format: z.literal('videomind-package'),
  formatVersion: z.literal(1),
  name: z.string(),
  /** The network family that reads the graphs, e.g. `qwen2-vl`. */
  architecture: z.string(),
  precision: precisionSchema,
  /** The devices that compute it (package-devices.ts); packages made before there were several do not say so. */
  devices: z.array(runningDeviceSchema).optional(),
  roles: z.array(roleSchema),
  /** sha256 over the sources' checksums and the precision: names what the package computes. */
  checksum: z.string(),
  promptSource: promptSourceSchema,
  promptSet: promptSetSchema,
  /** Only models that reason aloud have it. */
  reasoner: reasonerSettingsSchema.optional(),
  /** The network's configuration, as the architecture's own schema reads it. */
  network: z.record(z.string(), z.unknown()),
  /** Roles with LoRA weights: file of A (in × rank) and B (rank × out, scaled) matrices. */
  adapters: z.partialRecord(roleSchema, z.object({ file: z.string(), rank: z.number().int() })),
  /** Embedding table and lm_head per role; `base` for the roles without their own. */
  embeddings: z.record(z.string(), z.string()),
  heads: z.record(z.string(), z.string()),
  groundingHead: z.string().optional(),
  /** What devices have to reproduce before they are used (self-check/); absent of int8, which only the processor computes. */
  selfCheck: z.string().optional(),
  /** Graphs whose integer weights are pair-limited (onnx/weight-recipe.ts): their sums need no slower kernel to be exact. */
  pairLimited: z.array(z.string()).optional(),
  /** True for the package under assets/: the output says so. */
  toy: z.boolean().optional(),
  /** What the model knows, where that is little: every run of it says so. */
  limits: z.string().optional(),
  files: z.array(fileSchema),
  /** What the package was made from. */
  sources: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
  createdBy: z.string(),
});
export type Manifest = z.infer<typeof manifestSchema>;
