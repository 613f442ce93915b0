import { z } from 'zod';
import { budgetSchema } from './eval-sample.ts';
import { askRequestSchema } from './ask-request.ts';
import { doctorReportSchema } from './doctor-report.ts';
import {
  evalConvertProgressSchema,
  evalConvertRequestSchema,
  evalConvertResultSchema,
  evalExportRequestSchema,
  evalExportResultSchema,
} from './eval-files.ts';
import { evalInspectionSchema, evalInspectRequestSchema } from './eval-inspection.ts';
import {
  evalCompareRequestSchema,
  evalCompareResultSchema,
  evalReportRequestSchema,
  evalReportResultSchema,
  evalVerdictsRequestSchema,
  evalVerdictsResultSchema,
} from './eval-report.ts';
import {
  evalPromptRequestSchema,
  evalPromptResultSchema,
  evalReplyRequestSchema,
  evalReplyResultSchema,
} from './eval-chat.ts';
import { evalTableRequestSchema, evalTableResultSchema } from './eval-table.ts';
import { evalMetricItemsRequestSchema, evalMetricItemsSchema } from './eval-metrics.ts';
import { evalJudgeItemsRequestSchema, evalJudgeItemsResultSchema } from './eval-judge.ts';
import {
  evalAskRequestSchema,
  evalAskResultSchema,
  evalFailureRequestSchema,
  evalSamplesProgressSchema,
  evalSamplesRequestSchema,
  evalSamplesResultSchema,
  predictionSchema,
} from './eval-run.ts';
import { evalExportRunsRequestSchema, evalExportRunsResultSchema } from './eval-runs.ts';
import { evalScoreProgressSchema, evalScoreRequestSchema, evalScoreResultSchema } from './eval-score.ts';
import { importProgressSchema, importReportSchema, importRequestSchema } from './import-request.ts';
import { inspectReportSchema } from './inspect-report.ts';
import { keptFeaturesChangeSchema, keptFeaturesStateSchema } from './kept-features.ts';
import type { MethodNameOf, ParamsInputOf, ParamsOf, ProgressOf, ResultOf } from './method-table.ts';
import { deviceSchema, precisionSchema, roleSchema, runtimeNameSchema } from './roles.ts';
import { preparationProgressSchema, preparationSchema } from './preparation.ts';
import { runEstimateSchema } from './run-estimate.ts';
import { runEventSchema } from './run-events.ts';
import { runRecordSchema, warningSchema } from './run-record.ts';
import { runTraceSchema } from './run-trace.ts';

const nothing = z.object({});
const noProgress = z.never();

/**
 * Everything that the engine can be asked: what goes in, what comes out, and what is reported on the way. Clients,
 * handlers and types are derived from this table. Paths are absolute.
 */
export const methods = {
  /** Asks a question of a video. */
  ask: {
    params: askRequestSchema,
    result: z.object({ record: runRecordSchema, trace: runTraceSchema.optional() }),
    progress: runEventSchema,
  },
  /** Has a question that is worked on go on with what its search has found up to now. */
  settle: {
    params: z.object({ runId: z.string() }),
    result: z.object({ found: z.boolean() }),
    progress: noProgress,
  },
  /** Says what asking would look at and need; opens no weights and is answered while a question is worked on. */
  estimate: { params: askRequestSchema, result: runEstimateSchema, progress: noProgress },
  /** Decodes and encodes ahead what any question about a video looks at; of the request the question itself does not matter. */
  prepare: {
    params: askRequestSchema.extend({
      /** While there is nothing else to do: whatever else is asked for goes first, at once. */
      whenIdle: z.boolean().optional(),
    }),
    result: preparationSchema,
    progress: preparationProgressSchema,
  },
  /** Makes a model package from a checkpoint. */
  import: { params: importRequestSchema, result: importReportSchema, progress: importProgressSchema },
  /** Says what a folder holds: a package, a base checkpoint, a VideoMind folder. */
  inspect: { params: z.object({ path: z.string() }), result: inspectReportSchema, progress: noProgress },
  /** Says what is kept of videos on disk, and empties it or changes how much may be. */
  keptFeatures: { params: nothing, result: keptFeaturesStateSchema, progress: noProgress },
  keptFeaturesChange: {
    params: keptFeaturesChangeSchema,
    result: keptFeaturesStateSchema,
    progress: noProgress,
  },
  /** Says what this machine has. */
  doctor: { params: nothing, result: doctorReportSchema, progress: noProgress },
  /** Opens a package, so that the next question does not wait for it. */
  load: {
    params: z.object({
      modelPath: z.string(),
      device: deviceSchema.default('auto'),
      runtime: runtimeNameSchema.optional(),
      threads: z.number().int().positive().optional(),
    }),
    result: z.object({
      name: z.string(),
      /** Names what the package computes. */
      checksum: z.string(),
      precision: precisionSchema,
      device: z.string(),
      roles: z.array(roleSchema),
      /** True for a model that reasons aloud; its roles then only say whose weights it has. */
      reasons: z.boolean().optional(),
      /** What the package shows its answerer, where the chain answers. */
      answererBudget: budgetSchema.optional(),
      /** True for the bundled example, which only shows how things work. */
      toy: z.boolean(),
      durationSec: z.number(),
      warnings: z.array(warningSchema),
    }),
    progress: noProgress,
  },
  /** Scores predictions in the reference's dump format. Needs no model. */
  evalScore: {
    params: evalScoreRequestSchema,
    result: evalScoreResultSchema,
    progress: evalScoreProgressSchema,
  },
  /** Says what is there of a benchmark's split. */
  evalInspect: { params: evalInspectRequestSchema, result: evalInspectionSchema, progress: noProgress },
  /** Reads a split's samples; they come as progress. */
  evalSamples: {
    params: evalSamplesRequestSchema,
    result: evalSamplesResultSchema,
    progress: evalSamplesProgressSchema,
  },
  /** Asks a model one sample. */
  evalAsk: { params: evalAskRequestSchema, result: evalAskResultSchema, progress: noProgress },
  /** What a sample that failed is written as. */
  evalFailure: {
    params: evalFailureRequestSchema,
    result: z.object({ prediction: predictionSchema }),
    progress: noProgress,
  },
  /** What a judge is asked about answers. Needs no model. */
  evalJudgeItems: {
    params: evalJudgeItemsRequestSchema,
    result: evalJudgeItemsResultSchema,
    progress: noProgress,
  },
  /** What the commands of a task are given of answers. Needs no model. */
  evalMetricItems: {
    params: evalMetricItemsRequestSchema,
    result: evalMetricItemsSchema,
    progress: noProgress,
  },
  /** Everything that a report of a run shows. */
  evalReport: { params: evalReportRequestSchema, result: evalReportResultSchema, progress: noProgress },
  /** Whether each sample of a run is right. */
  evalVerdicts: { params: evalVerdictsRequestSchema, result: evalVerdictsResultSchema, progress: noProgress },
  /** Two runs side by side. */
  evalCompare: { params: evalCompareRequestSchema, result: evalCompareResultSchema, progress: noProgress },
  /** A sample as a chat for another model, and what its reply is written as. */
  evalPrompt: { params: evalPromptRequestSchema, result: evalPromptResultSchema, progress: noProgress },
  evalReply: { params: evalReplyRequestSchema, result: evalReplyResultSchema, progress: noProgress },
  /** Many runs in one table. */
  evalTable: { params: evalTableRequestSchema, result: evalTableResultSchema, progress: noProgress },
  /** Writes a split in the forms that training reads. */
  evalConvert: {
    params: evalConvertRequestSchema,
    result: evalConvertResultSchema,
    progress: evalConvertProgressSchema,
  },
  /** Writes runs that a person corrected in the forms that training reads. */
  evalExportRuns: {
    params: evalExportRunsRequestSchema,
    result: evalExportRunsResultSchema,
    progress: noProgress,
  },
  /** Predictions in another form. */
  evalExport: { params: evalExportRequestSchema, result: evalExportResultSchema, progress: noProgress },
  /** Memory of the engine process, in bytes. */
  memory: {
    params: nothing,
    result: z.object({ residentBytes: z.number(), peakResidentBytes: z.number(), heapBytes: z.number() }),
    progress: noProgress,
  },
  ping: { params: nothing, result: z.object({ processId: z.number().int() }), progress: noProgress },
} as const;

/** The engine's table, as a type. */
export type EngineMethods = typeof methods;
export type MethodName = MethodNameOf<EngineMethods>;
export type ParamsInput<M extends MethodName> = ParamsInputOf<EngineMethods, M>;
export type Params<M extends MethodName> = ParamsOf<EngineMethods, M>;
export type Result<M extends MethodName> = ResultOf<EngineMethods, M>;
export type Progress<M extends MethodName> = ProgressOf<EngineMethods, M>;
