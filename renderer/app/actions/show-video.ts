import type { Application } from '../application.ts';
import { withVideoClosed, withVideoOpen } from '../workspace-state.ts';

/** Puts a video into the player. */
export function showVideo(app: Application, videoId: string): void {
  const { runs } = app.library.getState();
  app.workspace.setState((state) => withVideoOpen(state, videoId, (runId) => runs[runId]?.question.videoId));
}

/** Takes a video's tab away; it stays in the project. */
export function closeVideo(app: Application, videoId: string): void {
  app.workspace.setState((state) => withVideoClosed(state, videoId));
}

/** Shows the tab beside the one that is shown. */
export function showNeighbour(app: Application, step: 1 | -1): void {
  const { openVideoIds, videoId } = app.workspace.getState();
  const at = videoId === null ? -1 : openVideoIds.indexOf(videoId);
  const next = openVideoIds.at((at + step) % openVideoIds.length);
  if (next !== undefined) showVideo(app, next);
}
