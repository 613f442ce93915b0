import type { Database } from './database.ts';
import { changeAnnotations, listAnnotations, stepAnnotations } from './tables/annotation-changes.ts';
import { listConflicts } from './tables/conflicts.ts';
import { addExport, findExport } from './tables/exports.ts';
import { dropEndedJobs, listJobs, saveJob } from './tables/jobs.ts';
import { listKnownModels, moveModels, readModelsFolder, removeModel, saveModel } from './tables/models.ts';
import {
  addVideoToProject,
  changeProject,
  markVideos,
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
  listOpenRunIds,
  listRunEvents,
  listRuns,
  progressRun,
  removeRun,
  reviewRun,
} from './tables/runs.ts';
import { placeRuns, takeUpRuns } from './tables/run-queue.ts';
import { changeSettings, readSettings } from './tables/settings.ts';
import { resolveConflict } from './tables/resolve-conflict.ts';
import { takeProject } from './tables/take-project.ts';
import { listHistory } from './tables/undo-history.ts';
import {
  addSubtitles,
  findVideo,
  findVideosByContent,
  findVideoByPath,
  listVideos,
  saveVideo,
  setEmbeddedSubtitles,
} from './tables/videos.ts';
import { readWholeProject } from './tables/whole-projects.ts';

/** Everything that the store is asked. Each operation is one transaction, flushed to the disk before it is answered. */
export const operations = {
  addExport,
  addSubtitles,
  addVideoToProject,
  appendRunEvents,
  changeAnnotations,
  changeProject,
  markVideos,
  changeSettings,
  createProject,
  createRun,
  dropEndedJobs,
  findExport,
  findProject,
  findRun,
  findVideo,
  findVideoByPath,
  findVideosByContent,
  listAnnotations,
  listConflicts,
  listHistory,
  listJobs,
  listKnownModels,
  listProjects,
  listOpenRunIds,
  listRunEvents,
  listRuns,
  listVideos,
  moveModels,
  placeRuns,
  progressRun,
  readModelsFolder,
  readSettings,
  readWholeProject,
  removeModel,
  removeProject,
  removeRun,
  removeVideoFromProject,
  resolveConflict,
  reviewRun,
  saveJob,
  saveModel,
  saveVideo,
  setEmbeddedSubtitles,
  snapshot,
  stepAnnotations,
  takeProject,
  takeUpRuns,
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
