import { z } from 'zod';
import { askingShape } from '../../../native-models/protocol/eval-run.ts';
import { budgetSchema, promptStyleSchema } from '../../../native-models/protocol/eval-sample.ts';
import { evalTaskSchema, splitSchema } from '../../../native-models/protocol/eval-task.ts';
import type { BenchmarkName, EvalTask } from '../../../native-models/protocol/eval-task.ts';
import { roleSchema } from '../../../native-models/protocol/roles.ts';
import type { DeviceRequest, RuntimeName, Role } from '../../../native-models/protocol/roles.ts';

/** The roles of a published run, where nothing else is said: nobody plans. */
export const usualRunRoles: readonly Role[] = ['grounder', 'verifier', 'answerer'];

/** A part of a run: the videos k with k mod `of` = `index`, counted in the order in which they come. */
export const shardSchema = z.object({ index: z.number().int().min(0), of: z.number().int().min(1) });
export type Shard = z.infer<typeof shardSchema>;

/** All that decides what a run's samples are and what comes out of them. */
export const runSettingsSchema = z.object({
  benchmark: z.string(),
  /** What the file of one's own task said; `benchmark` is its name then. */
  task: evalTaskSchema.optional(),
  dataDir: z.string(),
  split: splitSchema.optional(),
  limit: z.number().int().positive().optional(),
  asPublished: z.boolean(),
  allowWithheldTruth: z.boolean(),
  roles: z.array(roleSchema),
  style: promptStyleSchema.optional(),
  subtitles: z.boolean(),
  ...askingShape,
  shard: shardSchema,
});
export type RunSettings = z.infer<typeof runSettingsSchema>;

/** What a run evaluates: a benchmark by its key, or one's own task. */
export function runBenchmarkName({
  task,
  benchmark,
}: Pick<RunSettings, 'task' | 'benchmark'>): BenchmarkName {
  return task ?? benchmark;
}

/** What of a task decides how samples are read and asked; how they are scored may change afterwards. */
export function askedTask(task: EvalTask | undefined): object | undefined {
  if (task === undefined) return undefined;
  return {
    ...task,
    ...{ title: undefined, parser: undefined, metrics: undefined, judge: undefined, ask: undefined },
  };
}

/** What computes a run. It does not change what comes out, but for the model itself. */
export const runModelSchema = z.object({
  name: z.string(),
  path: z.string(),
  checksum: z.string(),
  precision: z.string(),
  device: z.string(),
  roles: z.array(roleSchema),
  /** True for a model that reasons aloud; roles mean nothing to it. */
  reasons: z.boolean().default(false),
  /** Base URL of a model that is asked over HTTP; its path is that too, and its checksum one of its name. */
  endpoint: z.string().optional(),
  /** What it shows its answerer. */
  answererBudget: budgetSchema.optional(),
  /** True for the bundled example, which only shows how things work. */
  toy: z.boolean(),
});
export type RunModel = z.infer<typeof runModelSchema>;

/** How engines are started: one for each of `workers`, devices in turn. */
export interface RunMachinery {
  readonly modelPath: string;
  readonly workers: number;
  readonly devices: readonly DeviceRequest[];
  /** The binding to compute through; absent: whichever the device needs. */
  readonly runtime?: RuntimeName | undefined;
  readonly threads?: number | undefined;
}
