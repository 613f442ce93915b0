import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Application } from '../application.ts';
import { showVideo } from './show-video.ts';

/** Selects a moment and goes to it, in whichever video of the project it is. */
export function showMoment(
  app: Application,
  { id, videoId, startSec }: Pick<Annotation, 'id' | 'videoId' | 'startSec'>,
): void {
  showPlace(app, videoId, startSec, () => app.timeline.actions.select([id]));
}

/** Goes to a time in whichever video of the project. */
export function showPlace(
  app: Application,
  videoId: string,
  startSec: number,
  onOpened: () => void = () => undefined,
): void {
  const { player, timeline, workspace } = app;
  if (workspace.getState().videoId !== videoId || workspace.getState().page !== 'workspace') {
    showVideo(app, videoId);
    // The window follows with its next frame; what is selected and sought must not wait for it.
    const video = app.library.getState().videos[videoId];
    player.actions.open(video);
    if (video?.picture !== undefined)
      timeline.actions.open(videoId, video.picture.durationSec, video.picture.fps);
  }
  onOpened();
  timeline.actions.reveal(startSec);
  player.actions.seekToSec(startSec);
}
