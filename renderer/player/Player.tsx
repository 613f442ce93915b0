import { useCallback, useLayoutEffect } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { Job } from '../../electron/host/contract/models.ts';
import type { MediaPath } from '../../electron/host/contract/shell-bridge.ts';
import { playerFrameId, toggleFullScreen } from './player-elements.ts';
import { PlayerControls } from './PlayerControls.tsx';
import { PlayerNotice } from './PlayerNotice.tsx';
import type { PlayerStore } from './player-store.ts';
import { playerTexts } from './player-texts.ts';
import { SubtitleTrack } from './SubtitleTrack.tsx';
import type { TimecodeStyle } from './timecode.ts';
import './player.css';

/** What the player shows and whom it tells. */
export interface PlayerProps {
  readonly store: PlayerStore;
  /** Undefined: none is open. */
  readonly video: LibraryVideo | undefined;
  readonly mediaUrl: (path: MediaPath) => string;
  readonly timecode: TimecodeStyle;
  /** The job that makes a copy for playing, while there is one or after it failed. */
  readonly proxyJob?: Job | undefined;
  /** A person wants a copy for playing, or wants it tried again. */
  readonly onMakeProxy: () => void;
  /** Drawn over the picture. */
  readonly overlay?: ReactNode;
  /** A person wants to find a missing file. */
  readonly onRelocate: () => void;
}

/** The video at its frame, with everything that moves it; where it cannot be played, what to do about it. */
export function Player(props: PlayerProps) {
  const { store, video, mediaUrl, timecode } = props;
  const picture = video?.picture;
  const playable =
    video?.state === 'ready' && (video.playback === 'direct' || video.playback === 'proxy-ready');

  // Before the element can tell that it is ready: a video opened after that would wait for it for good.
  useLayoutEffect(() => {
    store.actions.open(video);
  }, [store, video]);

  return (
    <section className="player" aria-label={playerTexts.region} id={playerFrameId}>
      <div className="player-stage">
        {video && picture && playable && (
          // Another file behind the same address (a copy made for playing) needs another element.
          <VideoElement key={`${video.id}:${video.playback}`} {...{ store, video, mediaUrl }} />
        )}
        {playable && props.overlay}
        <PlayerNotice {...props} />
      </div>
      {video && picture && (
        <PlayerControls
          store={store}
          video={video}
          timecode={timecode}
          enabled={playable}
          onFullScreen={toggleFullScreen}
        />
      )}
    </section>
  );
}

interface VideoElementProps {
  readonly store: PlayerStore;
  readonly video: LibraryVideo;
  readonly mediaUrl: (path: MediaPath) => string;
}

function VideoElement({ store, video, mediaUrl }: VideoElementProps) {
  const subtitlesId = useStore(store, (state) => state.subtitlesId);
  // Browsers show a poster, even one that has not come yet, instead of a frame that has.
  const poster = useStore(store, (state) => state.phase !== 'ready');
  const subtitles = video.subtitles.find((each) => each.id === subtitlesId);
  const attach = useCallback(
    (element: HTMLVideoElement | null) => (element ? store.actions.attach(element) : undefined),
    [store],
  );
  return (
    <video
      className="player-video"
      aria-label={playerTexts.video(video.name)}
      ref={attach}
      src={mediaUrl(`video/${video.id}`)}
      poster={poster ? mediaUrl(`thumbnail/${video.id}/0.jpg?w=640`) : undefined}
      preload="auto"
      playsInline
      disablePictureInPicture
      onClick={store.actions.togglePlay}
    >
      {subtitles && (
        <SubtitleTrack
          key={subtitles.id}
          src={mediaUrl(`subtitles/${video.id}/${subtitles.id}.vtt`)}
          label={subtitles.label}
          shiftSec={video.picture?.mediaStartSec ?? 0}
        />
      )}
    </video>
  );
}
