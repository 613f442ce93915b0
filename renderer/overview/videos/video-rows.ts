import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { LibraryVideo, Project } from '../../../electron/host/contract/library.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';

/** How far the work on a video is: nothing marked, something to decide, all decided; or what a person said of it. */
export type VideoStatus = 'untouched' | 'begun' | 'decided' | 'done' | 'skipped';

/** A video with how far the work on it is. */
export interface VideoRow {
  readonly id: string;
  readonly video: LibraryVideo;
  /** On tracks of one's own. */
  readonly moments: number;
  readonly open: number;
  readonly runs: number;
  readonly status: VideoStatus;
}

/** Rows of a project's videos, in its order. */
export function videoRows(
  project: Project,
  videos: readonly LibraryVideo[],
  annotations: readonly Annotation[],
  runs: readonly Run[],
): readonly VideoRow[] {
  const own = new Set(project.tracks.filter(({ kind }) => kind === 'own').map(({ id }) => id));
  const counts = new Map<string, { moments: number; open: number; runs: number }>();
  for (const { id } of videos) counts.set(id, { moments: 0, open: 0, runs: 0 });
  for (const { videoId, state, trackId = ownTrackId } of annotations) {
    const count = counts.get(videoId);
    if (count === undefined || !own.has(trackId)) continue;
    count.moments++;
    if (state === 'open') count.open++;
  }
  for (const { question } of runs) {
    const count = counts.get(question.videoId);
    if (count !== undefined) count.runs++;
  }
  return videos.map((video) => {
    const count = counts.get(video.id) ?? { moments: 0, open: 0, runs: 0 };
    const reached = count.moments === 0 ? 'untouched' : count.open > 0 ? 'begun' : 'decided';
    return { id: video.id, video, ...count, status: project.videoStatus[video.id] ?? reached };
  });
}

/** The rows whose name has all of these words, of a status ('': any). */
export function filterVideos(
  rows: readonly VideoRow[],
  words: string,
  status: VideoStatus | '',
): readonly VideoRow[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (wanted.length === 0 && status === '') return rows;
  return rows.filter(
    (row) =>
      (status === '' || row.status === status) &&
      wanted.every((word) => row.video.name.toLowerCase().includes(word)),
  );
}
