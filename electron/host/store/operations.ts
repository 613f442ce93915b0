import type { Database } from './database.ts';
import { changeAnnotations, listAnnotations, stepAnnotations } from './tables/annotation-changes.ts';
import { addExport, findExport } from './tables/exports.ts';
import { dropEndedJobs, listJobs, saveJob } from './tables/jobs.ts';
import { listKnownModels, moveModels, readModelsFolder, removeModel, saveModel } from './tables/models.ts';
import {
  addVideoToProject,
  changeProject,
  createProject,
  findProject,
  listProjects,
  removeProject,
  removeVideoFromProject,
} from './tables/projects.ts';
import {
  appendRunEvents,
  createRun,
  findRun,
  interruptRuns,
  listOpenRunIds,
  listRunEvents,
  listRuns,
  progressRun,
  removeRun,
  reviewRun,
} from './tables/runs.ts';
import { changeSettings, readSettings } from './tables/settings.ts';
import {
  addSubtitles,
  findVideo,
  findVideoByPath,
  listVideos,
  saveVideo,
  setEmbeddedSubtitles,
} from './tables/videos.ts';

/** Everything that the store is asked. Each operation is one transaction, flushed to the disk before it is answered. */
export const operations = {
  addExport,
  addSubtitles,
  addVideoToProject,
  appendRunEvents,
  changeAnnotations,
  changeProject,
  changeSettings,
  createProject,
  createRun,
  dropEndedJobs,
  findExport,
  findProject,
  findRun,
  findVideo,
  findVideoByPath,
  interruptRuns,
  listAnnotations,
  listJobs,
  listKnownModels,
  listProjects,
  listOpenRunIds,
  listRunEvents,
  listRuns,
  listVideos,
  moveModels,
  progressRun,
  readModelsFolder,
  readSettings,
  removeModel,
  removeProject,
  removeRun,
  removeVideoFromProject,
  reviewRun,
  saveJob,
  saveModel,
  saveVideo,
  setEmbeddedSubtitles,
  snapshot,
  stepAnnotations,
} as const;

export type StoreOperations = typeof operations;
export type StoreOperationName = keyof StoreOperations;
/** What an operation takes, besides the database; undefined for those that take nothing. */
export type StoreParams<Name extends StoreOperationName> = Parameters<StoreOperations[Name]>[1];
export type StoreResult<Name extends StoreOperationName> = ReturnType<StoreOperations[Name]>;

/** Videos, projects and settings of one moment. */
function snapshot(database: Database) {
  return { videos: listVideos(database), projects: listProjects(database), settings: readSettings(database) };
}
