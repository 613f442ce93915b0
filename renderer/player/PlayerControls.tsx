import { useRef } from 'react';
import { ChevronFirst, ChevronLast, Maximize, Pause, Play, Repeat, Volume2, VolumeX } from 'lucide-react';
import { useStore } from 'zustand';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import { playbackSpeeds } from './player-state.ts';
import { PlayerControl } from './PlayerControl.tsx';
import type { PlayerStore } from './player-store.ts';
import { playerTexts as texts } from './player-texts.ts';
import { SubtitlesButton } from './SubtitlesButton.tsx';
import { formatSeconds, type TimecodeStyle } from './timecode.ts';
import { Timecode } from './Timecode.tsx';

interface PlayerControlsProps {
  readonly store: PlayerStore;
  readonly video: LibraryVideo;
  readonly timecode: TimecodeStyle;
  readonly enabled: boolean;
  readonly onFullScreen: () => void;
}

/** The bar below the picture. */
export function PlayerControls({ store, video, timecode, enabled, onFullScreen }: PlayerControlsProps) {
  const { actions } = store;
  const playing = useStore(store, (state) => state.playing);
  const muted = useStore(store, (state) => state.muted);
  return (
    <div className="player-bar" role="toolbar" aria-label={texts.region}>
      <div className="player-group">
        <PlayerControl label={texts.previousFrame} disabled={!enabled} onClick={() => actions.stepFrames(-1)}>
          <ChevronFirst />
        </PlayerControl>
        <PlayerControl
          label={playing ? texts.pause : texts.play}
          disabled={!enabled}
          onClick={actions.togglePlay}
        >
          {playing ? <Pause /> : <Play />}
        </PlayerControl>
        <PlayerControl label={texts.nextFrame} disabled={!enabled} onClick={() => actions.stepFrames(1)}>
          <ChevronLast />
        </PlayerControl>
      </div>
      <Timecode store={store} style={timecode} />
      <div className="player-spring" />
      <Marks store={store} enabled={enabled} />
      <div className="player-spring" />
      <div className="player-group">
        <Speed store={store} />
        {video.picture?.hasAudio === true && (
          <PlayerControl
            label={muted ? texts.unmute : texts.mute}
            pressed={muted}
            onClick={actions.toggleMuted}
          >
            {muted ? <VolumeX /> : <Volume2 />}
          </PlayerControl>
        )}
        <SubtitlesButton store={store} tracks={video.subtitles} />
        <PlayerControl label={texts.fullScreen} onClick={onFullScreen}>
          <Maximize />
        </PlayerControl>
      </div>
    </div>
  );
}

/** In and out marks, and what can be done with them. */
function Marks({ store, enabled }: { readonly store: PlayerStore; readonly enabled: boolean }) {
  const { actions } = store;
  const markInSec = useStore(store, (state) => state.markInSec);
  const markOutSec = useStore(store, (state) => state.markOutSec);
  const looping = useStore(store, (state) => state.span !== undefined && !state.span.once);
  const both = markInSec !== undefined && markOutSec !== undefined;
  return (
    <div className="player-group" role="group" aria-label={texts.marked}>
      <PlayerControl label={texts.markIn} disabled={!enabled} onClick={() => actions.mark('in')}>
        <span className="player-key">I</span>
        <span className="player-mark">{markInSec === undefined ? '–' : formatSeconds(markInSec, 2)}</span>
      </PlayerControl>
      <PlayerControl label={texts.markOut} disabled={!enabled} onClick={() => actions.mark('out')}>
        <span className="player-key">O</span>
        <span className="player-mark">{markOutSec === undefined ? '–' : formatSeconds(markOutSec, 2)}</span>
      </PlayerControl>
      <PlayerControl
        label={looping ? texts.stopLoop : texts.loop}
        disabled={!enabled || (!both && !looping)}
        pressed={looping}
        onClick={actions.toggleLoop}
      >
        <Repeat />
      </PlayerControl>
    </div>
  );
}

function Speed({ store }: { readonly store: PlayerStore }) {
  const speed = useStore(store, (state) => state.speed);
  const rate = useStore(store, (state) => state.rate);
  const playing = useStore(store, (state) => state.playing);
  const byPointer = useRef(false);
  const speeds = [...new Set([...playbackSpeeds, speed])].sort((a, b) => a - b);
  return (
    <>
      {playing && rate !== speed && <output className="player-rate">{rate}×</output>}
      <select
        className="player-speed"
        aria-label={texts.speed}
        value={speed}
        onPointerDown={() => {
          byPointer.current = true;
        }}
        onKeyDown={() => {
          byPointer.current = false;
        }}
        onChange={(event) => {
          store.actions.setSpeed(Number(event.target.value));
          // Chosen with the pointer, it lets go of the keys, so that Space plays again.
          if (byPointer.current) event.currentTarget.blur();
        }}
      >
        {speeds.map((each) => (
          <option key={each} value={each}>
            {each}×
          </option>
        ))}
      </select>
    </>
  );
}
