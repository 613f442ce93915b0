import { useCallback } from 'react';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { MediaPath } from '../../../electron/host/contract/shell-bridge.ts';
import { Timeline } from '../../timeline/Timeline.tsx';
import type { TimelineEdit } from '../../timeline/timeline-model.ts';
import { edit } from '../actions/annotation-actions.ts';
import { useApp } from '../use-app.ts';
import { useRunSeen } from '../use-run-seen.ts';
import { useShownTracks } from '../use-shown-tracks.ts';

/** The timeline of the video that is shown: drawn anew with each step of a run, apart from the player. */
export function VideoTimeline({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const tracks = useShownTracks();
  const seen = useRunSeen();
  const mediaUrl = useCallback((path: MediaPath) => app.bridge.mediaUrl(path), [app]);
  const onEdit = useCallback((change: TimelineEdit) => edit(app, change), [app]);
  return (
    <Timeline
      store={app.timeline}
      player={app.player}
      video={video}
      mediaUrl={mediaUrl}
      tracks={tracks}
      saliency={seen?.saliency}
      sampledFrames={seen?.sampledFrames}
      onEdit={onEdit}
    />
  );
}
