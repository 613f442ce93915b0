import type { Annotation } from '../../contract/annotations.ts';
import type { Label, LibraryVideo, Project, Track, VideoStatus } from '../../contract/library.ts';
import type { Conflict } from '../../contract/project-files.ts';
import type { Run, StoredRunEvent } from '../../contract/runs.ts';
import type { Database } from '../database.ts';
import { readAnnotations } from './annotations.ts';
import type { ChangeImage } from './change-images.ts';
import { listConflicts } from './conflicts.ts';
import { findProject } from './projects.ts';
import { listRuns } from './runs.ts';
import { endJoining, readSteps } from './undo-history.ts';
import { findVideo } from './videos.ts';

/** A step of the history as it travels. */
export interface WholeStep {
  readonly id: string;
  readonly title: string;
  readonly atMs: number;
  readonly author?: string;
  readonly isUndone: boolean;
  readonly isMerged: boolean;
  readonly changes: readonly ChangeImage[];
}

/** All that stands of a project, without its videos and the events of its runs. */
export interface WholeProject {
  readonly project: Pick<Project, 'id' | 'name' | 'createdAtMs' | 'notes'>;
  readonly labels: readonly Label[];
  readonly tracks: readonly Track[];
  /** How far somebody said a video is, by video. */
  readonly videoStatus: Readonly<Record<string, VideoStatus>>;
  /** By video, in the project's order, then by start. */
  readonly annotations: readonly Annotation[];
  /** Oldest first. */
  readonly runs: readonly Run[];
  /** Oldest first. */
  readonly steps: readonly WholeStep[];
  readonly conflicts: readonly Conflict[];
}

/** The events of a run. */
export interface EventsOfRun {
  readonly runId: string;
  readonly events: readonly StoredRunEvent[];
}

/**
 * All of a project as it is now; undefined: there is none of that id. What is typed after it becomes a step of its own, so
 * that each version that left the library stays in its history.
 */
export function readWholeProject(
  database: Database,
  { projectId }: { readonly projectId: string },
): (WholeProject & { readonly videos: readonly LibraryVideo[] }) | undefined {
  const project = findProject(database, { id: projectId });
  if (project === undefined) return undefined;
  endJoining(database, projectId);
  const { id, name, createdAtMs, notes, labels, tracks, videoIds, videoStatus } = project;
  const ofVideo = Map.groupBy(readAnnotations(database, { projectId }), ({ videoId }) => videoId);
  const loose = [...ofVideo.keys()].filter((videoId) => !videoIds.includes(videoId));
  const { runs } = listRuns(database, { projectId, limit: Number.MAX_SAFE_INTEGER - 1 });
  return {
    project: { id, name, createdAtMs, notes },
    ...{ labels, tracks, videoStatus },
    annotations: [...videoIds, ...loose].flatMap((videoId) => ofVideo.get(videoId) ?? []),
    runs: runs.toReversed(),
    steps: readSteps(database, projectId),
    conflicts: listConflicts(database, { projectId }),
    videos: videoIds.flatMap((videoId) => findVideo(database, { id: videoId }) ?? []),
  };
}
