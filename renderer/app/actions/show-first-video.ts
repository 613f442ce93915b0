import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { showVideo } from './show-video.ts';

/** Shows the videos that were open last in the open project, each where it was left; else its first one. */
export function showFirstVideo(app: Application): void {
  const state = app.library.getState();
  const { settings } = state;
  const project = openProject(state);
  if (project === undefined || app.workspace.getState().videoId !== null) return;
  const left = settings.workPlaces[project.id];
  const isHere = (id: string): boolean => project.videoIds.includes(id);
  app.places.takeOver(left?.places ?? {});
  app.workspace.setState({ openVideoIds: (left?.openVideoIds ?? []).filter(isHere) });
  const videoId = project.videoIds.find((id) => id === left?.videoId) ?? project.videoIds[0];
  if (videoId !== undefined) showVideo(app, videoId);
}
