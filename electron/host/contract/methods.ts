import { z } from 'zod';
import { doctorReportSchema } from '../../../native-models/protocol/doctor-report.ts';
import {
  keptFeaturesChangeSchema,
  keptFeaturesStateSchema,
} from '../../../native-models/protocol/kept-features.ts';
import { inspectReportSchema } from '../../../native-models/protocol/inspect-report.ts';
import type {
  MethodNameOf,
  ParamsInputOf,
  ParamsOf,
  ProgressOf,
  ResultOf,
} from '../../../native-models/protocol/method-table.ts';
import { precisionSchema } from '../../../native-models/protocol/roles.ts';
import { agreementRequestSchema, agreementSchema } from './agreement.ts';
import { catalogueSchema } from './catalogue.ts';
import {
  annotationOperationSchema,
  annotationSchema,
  annotationsChangedSchema,
  historyScopeSchema,
  historyStepSchema,
  reviewStateSchema,
} from './annotations.ts';
import { engineStateSchema, hostEventSchema } from './events.ts';
import {
  annotationChoicesSchema,
  annotationImportResultSchema,
  annotationPreviewSchema,
  exportRequestSchema,
  exportProgressSchema,
  exportResultSchema,
  tableRequestSchema,
} from './exports.ts';
import {
  demoClipSchema,
  folderEntrySchema,
  idSchema,
  projectSchema,
  subtitleLineSchema,
  subtitlesPreviewSchema,
  videoSchema,
  videoStatusSchema,
} from './library.ts';
import {
  conflictSchema,
  historyEntrySchema,
  projectTakenSchema,
  projectWrittenSchema,
} from './project-files.ts';
import { addedDeviceSchema, addedPartsSchema } from './device-parts.ts';
import { partialDownloadSchema, sourceKeySchema, tokenStateSchema } from './downloads.ts';
import { downloadableModelSchema, jobSchema, modelSchema } from './models.ts';
import { questionSchema, runEstimateSchema, runSchema, storedRunEventSchema } from './runs.ts';
import { settingsChangesSchema, settingsSchema } from './settings.ts';
import { updateAnswerSchema, updateStateSchema } from './updates.ts';

const nothing = z.object({});
const never = z.never();
const byId = z.object({ id: idSchema });
const inProject = z.object({ projectId: idSchema });

/**
 * Everything that a window can ask of the host: what goes in, what comes out, what is reported on the way. What changes
 * something is stored before it is answered, and then told to every window as a host event. Paths are absolute, on the
 * host's machine.
 */
export const hostMethods = {
  /** Never ends by itself: its progress is everything that happens. */
  subscribe: {
    params: z.object({ windowId: idSchema.optional() }),
    result: nothing,
    progress: hostEventSchema,
  },
  /** What a window needs to begin with. */
  snapshot: {
    params: nothing,
    result: z.object({
      videos: z.array(videoSchema),
      projects: z.array(projectSchema),
      models: z.array(modelSchema),
      jobs: z.array(jobSchema),
      settings: settingsSchema,
      engine: engineStateSchema,
      /** Runs that the last end of the program cut off. */
      interruptedRunIds: z.array(idSchema),
      version: z.string(),
      platform: z.string(),
    }),
    progress: never,
  },
  settingsChange: { params: settingsChangesSchema, result: settingsSchema, progress: never },

  videosOpen: {
    /** Adds them to the library (or finds them there) and to the project. */
    params: z.object({ projectId: idSchema, paths: z.array(z.string()).min(1).max(1000) }),
    result: z.object({ videos: z.array(videoSchema) }),
    progress: never,
  },
  videosRemove: { params: byId.extend({ projectId: idSchema }), result: nothing, progress: never },
  /** Finds a missing file again. */
  videosRelocate: { params: byId.extend({ path: z.string() }), result: videoSchema, progress: never },
  /** Takes another of a file's video streams for the film; it is read anew. */
  videosChooseStream: {
    params: byId.extend({ videoStream: z.number().int().nonnegative() }),
    result: videoSchema,
    progress: never,
  },
  /** What a file of subtitles holds, as it is read in this encoding. */
  subtitlesPreview: {
    params: z.object({ path: z.string(), encoding: z.string().optional() }),
    result: subtitlesPreviewSchema,
    progress: never,
  },
  videosAddSubtitles: {
    params: byId.extend({ path: z.string(), encoding: z.string().optional() }),
    result: videoSchema,
    progress: never,
  },
  /** What is said in a video's subtitles, by time; presentation seconds. */
  videosSubtitleLines: {
    params: byId.extend({ subtitlesId: idSchema }),
    result: z.object({ lines: z.array(subtitleLineSchema) }),
    progress: never,
  },
  /** Decodes and encodes ahead what a model looks at of a video whatever is asked, as a job that gives way to questions. */
  videosReadAhead: {
    params: z.object({ id: idSchema, modelId: idSchema }),
    result: jobSchema,
    progress: never,
  },
  /** Begins to make a copy that browsers play; also for files that a player refused. */
  videosMakeProxy: { params: byId, result: jobSchema, progress: never },
  /** Presentation times of the frames from the one shown at `startSec` to the one shown at `endSec`, ascending. */
  videosFrameTimes: {
    params: byId.extend({ startSec: z.number(), endSec: z.number() }),
    result: z.object({
      /** Index of the first one in the video. */
      firstFrameIndex: z.number().int(),
      timesSec: z.array(z.number()),
    }),
    progress: never,
  },
  /**
   * What is in a folder, for shells without a native dialog; folders first, hidden ones left out. `~` is the home folder; of a
   * file it is the folder that it lies in.
   */
  foldersList: {
    params: z.object({ path: z.string().optional() }),
    result: z.object({
      path: z.string(),
      parentPath: z.string().optional(),
      /** The file that was named. */
      filePath: z.string().optional(),
      entries: z.array(folderEntrySchema),
    }),
    progress: never,
  },

  /** Clips that come with the program, and questions that its demo model can answer about them. */
  demoList: {
    params: nothing,
    result: z.object({ clips: z.array(demoClipSchema) }),
    progress: never,
  },

  projectsCreate: {
    params: z.object({ name: z.string().min(1).max(200) }),
    result: projectSchema,
    progress: never,
  },
  projectsChange: {
    params: byId.extend({
      name: z.string().min(1).max(200).optional(),
      notes: z.string().max(100_000).optional(),
    }),
    result: projectSchema,
    progress: never,
  },
  /** Says that the work on a video is done, or that it is left out; null: neither. */
  projectsMarkVideo: {
    params: byId.extend({
      videoIds: z.array(idSchema).min(1).max(10_000),
      status: videoStatusSchema.nullable(),
    }),
    result: projectSchema,
    progress: never,
  },
  projectsRemove: { params: byId, result: nothing, progress: never },
  /** Writes all of a project but its videos into one file; without a path into the host's exports folder. */
  projectsWriteFile: {
    params: byId.extend({ outputPath: z.string().optional() }),
    result: projectWrittenSchema,
    progress: never,
  },
  /** What a project's file, a project exported as JSON or the folder of an evaluation would bring; nothing is changed. */
  projectsPreviewFile: {
    params: z.object({ path: z.string() }),
    result: projectTakenSchema,
    progress: never,
  },
  /** Takes it into the library, or merges it into the project that it is a state of. */
  projectsTakeFile: { params: z.object({ path: z.string() }), result: projectTakenSchema, progress: never },
  /** Looks for the project's missing videos in a folder, by their content. */
  projectsFindVideos: {
    params: byId.extend({ folder: z.string() }),
    result: z.object({ found: z.array(videoSchema), missing: z.number().int() }),
    progress: never,
  },
  /** Where files of others say something else, and nobody has chosen yet. */
  conflictsList: {
    params: inProject,
    result: z.object({ conflicts: z.array(conflictSchema) }),
    progress: never,
  },
  /** What stands here stays, or becomes what the other says: then as one step of undo. */
  conflictsResolve: {
    params: inProject.extend({
      id: idSchema,
      choice: z.enum(['ours', 'theirs']),
      windowId: idSchema.optional(),
    }),
    result: nothing,
    progress: never,
  },
  /** Who changed what when, newest first. */
  historyList: {
    params: inProject.extend({
      annotationId: idSchema.optional(),
      limit: z.number().int().min(1).max(5000).default(200),
    }),
    result: z.object({ entries: z.array(historyEntrySchema) }),
    progress: never,
  },

  /** What asking would look at and cost; starts nothing. */
  runsEstimate: { params: questionSchema, result: runEstimateSchema, progress: never },
  /** Puts a question into the queue. */
  runsAsk: {
    params: questionSchema.extend({ rerunOf: idSchema.optional() }),
    result: runSchema,
    progress: never,
  },
  /** Ends when the run has really stopped. */
  runsCancel: { params: byId, result: runSchema, progress: never },
  /** Brings a question that waits before another one, or behind all (`null`); told are those that wait, in their order. */
  runsMove: {
    params: byId.extend({ beforeId: idSchema.nullable() }),
    result: z.object({ runs: z.array(runSchema) }),
    progress: never,
  },
  /** Has a running search end, and the run go on with what it has found; false where there is none to end. */
  runsSettle: { params: byId, result: z.object({ found: z.boolean() }), progress: never },
  /** Newest first; of those of one moment, by their ids backwards. */
  runsList: {
    params: inProject.extend({
      videoId: idSchema.optional(),
      /** The last of the page before. */
      behind: runSchema.pick({ id: true, createdAtMs: true }).optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    result: z.object({ runs: z.array(runSchema), more: z.boolean() }),
    progress: never,
  },
  /** All stored events from `fromSeq` on. */
  runsEvents: {
    params: byId.extend({ fromSeq: z.number().int().nonnegative().default(0) }),
    result: z.object({ events: z.array(storedRunEventSchema) }),
    progress: never,
  },
  runsReview: {
    params: byId.extend({ review: reviewStateSchema.optional(), note: z.string().max(10_000).optional() }),
    result: runSchema,
    progress: never,
  },
  runsRemove: { params: byId, result: nothing, progress: never },
  /** What each role saw and said: frames as ticks, saliency as a curve. Absent for runs that did not end. */
  runsSeen: {
    params: byId,
    result: z.object({
      /** Per role, the presentation times of the frames that it saw. */
      frameTimesSec: z.record(z.string(), z.array(z.number())),
      /** The grounder's saliency per frame pair, 0..1, with the time of each. */
      saliency: z.object({ timesSec: z.array(z.number()), values: z.array(z.number()) }).optional(),
      /** Per role, what it was asked, chat template included; the verifier is asked once for each candidate. */
      prompts: z.record(z.string(), z.array(z.string())).optional(),
    }),
    progress: never,
  },

  annotationsList: {
    params: inProject.extend({ videoId: idSchema.optional() }),
    result: z.object({ annotations: z.array(annotationSchema) }),
    progress: never,
  },
  /** All of it or nothing, labels and tracks too; one step of undo. */
  annotationsChange: {
    params: inProject.extend({
      /** What it is, in a few words. */
      title: z.string().max(200),
      windowId: idSchema.optional(),
      /** What is changed with the same words right after another, as while one types, becomes one step of undo. */
      join: z.string().max(200).optional(),
      operations: z.array(annotationOperationSchema).min(1).max(100_000),
    }),
    result: annotationsChangedSchema,
    progress: never,
  },
  annotationsUndo: {
    params: inProject.extend(historyScopeSchema.shape),
    result: historyStepSchema,
    progress: never,
  },
  annotationsRedo: {
    params: inProject.extend(historyScopeSchema.shape),
    result: historyStepSchema,
    progress: never,
  },
  /** What a file of annotations would bring, before any of it is taken over. */
  annotationsPreview: {
    params: inProject.extend({
      path: z.string(),
      videoId: idSchema.optional(),
      choices: annotationChoicesSchema.optional(),
    }),
    result: annotationPreviewSchema,
    progress: never,
  },
  /** Reads a file of annotations (tables, JSON, JSONL, ELAN, CVAT, our own exports) as a track of its own. */
  annotationsImport: {
    params: inProject.extend({
      path: z.string(),
      videoId: idSchema.optional(),
      choices: annotationChoicesSchema.optional(),
      windowId: idSchema.optional(),
    }),
    result: annotationImportResultSchema,
    progress: never,
  },
  /** How two of tracks, annotators and models agree, over the project and by video, and where they do not. */
  agreementMeasure: { params: agreementRequestSchema, result: agreementSchema, progress: never },
  /** Writes a table that a window shows as comma-separated values. */
  tablesWrite: { params: tableRequestSchema, result: exportResultSchema, progress: never },
  exportsWrite: { params: exportRequestSchema, result: exportResultSchema, progress: exportProgressSchema },

  modelsList: {
    params: nothing,
    result: z.object({ models: z.array(modelSchema), downloadable: z.array(downloadableModelSchema) }),
    progress: never,
  },
  /** What there is in the field and what of it runs here: data of the program, nothing is fetched. */
  catalogueList: {
    params: nothing,
    result: catalogueSchema.extend({
      /** Of this machine. */
      memoryBytes: z.number(),
    }),
    progress: never,
  },
  modelsInspect: { params: z.object({ path: z.string() }), result: inspectReportSchema, progress: never },
  /** Takes a finished package as it lies. */
  modelsAdd: { params: z.object({ path: z.string() }), result: modelSchema, progress: never },
  /** Makes a package from a checkpoint, as a job. */
  modelsImport: {
    params: z.object({
      basePath: z.string(),
      adaptersPath: z.string().optional(),
      promptsPath: z.string().optional(),
      precision: precisionSchema.default('int8'),
      name: z.string().min(1).max(200).optional(),
    }),
    result: jobSchema,
    progress: never,
  },
  /** Downloads a checkpoint and imports it, as a job. Besides `updatesCheck` the only method that reaches the network. */
  modelsDownload: {
    params: z.object({ key: z.string(), precision: precisionSchema.default('int8') }),
    result: jobSchema,
    progress: never,
  },
  /** Downloads that have begun and are not finished, and what is known of the person's tokens. */
  downloadsList: {
    params: nothing,
    result: z.object({ partial: z.array(partialDownloadSchema), tokens: z.array(tokenStateSchema) }),
    progress: never,
  },
  /** Removes what has arrived of a download that is not running. */
  downloadsRemove: {
    params: z.object({ key: z.string() }),
    result: z.object({ freedBytes: z.number() }),
    progress: never,
  },
  /** Keeps a token for a source, encrypted; an empty one forgets it. No method gives it back. */
  downloadsKeepToken: {
    params: z.object({ source: sourceKeySchema, token: z.string().max(10_000) }),
    result: z.object({ tokens: z.array(tokenStateSchema) }),
    progress: never,
  },
  modelsRemove: { params: byId, result: nothing, progress: never },
  /** Moves the folder that packages are kept in, as a job. */
  modelsMoveFolder: { params: z.object({ path: z.string() }), result: jobSchema, progress: never },
  /** Asks the network whether a newer release is there; fetches nothing of it. */
  updatesCheck: { params: nothing, result: updateAnswerSchema, progress: never },
  /** What is known of updates; asks nobody. */
  updatesState: { params: nothing, result: updateStateSchema, progress: never },
  /** The libraries that can be added for devices on this machine, and which have been. */
  devicesList: { params: nothing, result: z.object({ parts: z.array(addedPartsSchema) }), progress: never },
  /** Downloads, checks and unpacks them, as a job. */
  devicesAdd: { params: z.object({ device: addedDeviceSchema }), result: jobSchema, progress: never },
  devicesRemove: {
    params: z.object({ device: addedDeviceSchema }),
    result: z.object({ freedBytes: z.number() }),
    progress: never,
  },
  doctor: { params: nothing, result: doctorReportSchema, progress: never },
  /** What is kept of videos on disk for later questions; emptied, or given more or less room. */
  keptFeatures: { params: nothing, result: keptFeaturesStateSchema, progress: never },
  keptFeaturesChange: { params: keptFeaturesChangeSchema, result: keptFeaturesStateSchema, progress: never },

  jobsCancel: { params: byId, result: jobSchema, progress: never },
  jobsPause: { params: byId, result: jobSchema, progress: never },
  jobsResume: { params: byId, result: jobSchema, progress: never },
} as const;

/** The host's table, as a type. */
export type HostMethods = typeof hostMethods;
export type HostMethodName = MethodNameOf<HostMethods>;
export type HostParamsInput<M extends HostMethodName> = ParamsInputOf<HostMethods, M>;
export type HostParams<M extends HostMethodName> = ParamsOf<HostMethods, M>;
export type HostResult<M extends HostMethodName> = ResultOf<HostMethods, M>;
export type HostProgress<M extends HostMethodName> = ProgressOf<HostMethods, M>;
