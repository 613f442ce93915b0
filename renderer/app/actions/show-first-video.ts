import type { Application } from '../application.ts';
import { lastVideoOf } from '../last-video.ts';
import { openProject } from '../library/selectors.ts';
import { showVideo } from './show-video.ts';

/** Shows the video that was shown last in the open project, else its first one. */
export function showFirstVideo(app: Application): void {
  const project = openProject(app.library.getState());
  if (project === undefined || app.workspace.getState().videoId !== null) return;
  const last = lastVideoOf(project.id);
  const videoId = project.videoIds.find((id) => id === last) ?? project.videoIds[0];
  if (videoId !== undefined) showVideo(app, videoId);
}
