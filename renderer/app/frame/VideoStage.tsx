import { Film } from 'lucide-react';
import { useCallback } from 'react';
import type { ReactNode } from 'react';
import type { MediaPath } from '../../../electron/host/contract/shell-bridge.ts';
import { Player } from '../../player/Player.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { openDemoClip } from '../actions/demo-actions.ts';
import { addVideos, makeProxy, relocateVideo } from '../actions/video-actions.ts';
import { openProject, proxyJobOf } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import { VideoPlaces } from './VideoPlaces.tsx';
import { VideoTimeline } from './VideoTimeline.tsx';
import styles from './VideoStage.module.css';

export interface VideoStageProps {
  readonly timelineHeight: number;
  /** Between player and timeline. */
  readonly splitter: ReactNode;
}

/** The video over its timeline. */
export function VideoStage({ timelineHeight, splitter }: VideoStageProps) {
  const app = useApp();
  const videoId = useWorkspace((state) => state.videoId);
  const video = useLibrary((state) => (videoId === null ? undefined : state.videos[videoId]));
  const timecode = useLibrary((state) => state.settings.timecode);
  const proxyJob = useLibrary((state) => (videoId === null ? undefined : proxyJobOf(state.jobs, videoId)));
  const mediaUrl = useCallback((path: MediaPath) => app.bridge.mediaUrl(path), [app]);
  if (video === undefined) return <NoVideo />;
  return (
    <>
      <div className={styles.player}>
        <Player
          store={app.player}
          video={video}
          mediaUrl={mediaUrl}
          timecode={timecode}
          proxyJob={proxyJob}
          overlay={<VideoPlaces />}
          onMakeProxy={() => void makeProxy(app, video.id)}
          onRelocate={() => void relocateVideo(app, video.id)}
        />
      </div>
      {splitter}
      <div className={styles.timeline} style={{ height: timelineHeight }}>
        {video.picture !== undefined && <VideoTimeline video={video} />}
      </div>
    </>
  );
}

function NoVideo() {
  const app = useApp();
  const hasVideos = useLibrary((state) => (openProject(state)?.videoIds.length ?? 0) > 0);
  return (
    <EmptyState
      icon={<Film size={36} strokeWidth={1.4} />}
      title={hasVideos ? appTexts.noVideoOpen : appTexts.noVideosTitle}
      actions={
        <>
          <Button look="primary" onClick={() => void addVideos(app)}>
            {appTexts.addVideosHere}
          </Button>
          {!hasVideos && <Button onClick={() => void openDemoClip(app)}>{appTexts.openDemo}</Button>}
        </>
      }
    >
      {hasVideos ? appTexts.noVideoOpenText : appTexts.noVideosText}
    </EmptyState>
  );
}
