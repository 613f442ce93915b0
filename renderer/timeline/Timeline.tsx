import { randomId } from '../random-id.ts';
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { ownTrackId } from '../../electron/host/contract/library.ts';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { MediaPath } from '../../electron/host/contract/shell-bridge.ts';
import type { PlayerStore } from '../player/player-store.ts';
import { HoverPreview } from './HoverPreview.tsx';
import { keyOf } from './keys.ts';
import { layOut } from './layout.ts';
import { SegmentList } from './SegmentList.tsx';
import { timelineCommands, walkOrder } from './timeline-commands.ts';
import type { TimelineCommand, TimelineCommandContext } from './timeline-commands.ts';
import type {
  SaliencyCurve,
  SampledFrames,
  TimelineEdit,
  TimelineTrack,
  WaveformSwitch,
} from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { timelineTexts as texts } from './timeline-texts.ts';
import { TimelineBar } from './TimelineBar.tsx';
import { TrackHeaders } from './TrackHeaders.tsx';
import { useTimelineCanvas } from './use-timeline-canvas.ts';
import './timeline.css';

/** What the timeline shows and whom it tells. Lists are compared by identity: keep them while they are the same. */
export interface TimelineProps {
  readonly store: TimelineStore;
  readonly player: PlayerStore;
  readonly video: LibraryVideo;
  readonly mediaUrl: (path: MediaPath) => string;
  readonly tracks: readonly TimelineTrack[];
  readonly saliency?: SaliencyCurve | undefined;
  readonly sampledFrames?: readonly SampledFrames[] | undefined;
  /** The playhead is to go there; absent: the player does. */
  readonly onSeek?: ((timeSec: number) => void) | undefined;
  /** Other segments were selected here. */
  readonly onSelect?: ((ids: readonly string[]) => void) | undefined;
  /** A change is wanted; until the promise ends it is shown as if it had been made. */
  readonly onEdit: (edit: TimelineEdit) => Promise<void> | void;
  /** What commands work on here; absent: the tracks that are shown. */
  readonly commandContext?: (() => TimelineCommandContext) | undefined;
  /** What a key does here; absent: what commands have it of themselves. */
  readonly commandOf?: ((key: string) => TimelineCommand | undefined) | undefined;
  /** The keys of a command as its button's hint shows them; absent: none are shown. */
  readonly keysFor?: ((commandId: string) => string | undefined) | undefined;
  /** Whether the sound is shown; absent: it is not. */
  readonly waveform?: WaveformSwitch | undefined;
  /** In the bar above it. */
  readonly barNote?: ReactNode;
  /** Gives ids for new annotations; absent: random ones. */
  readonly newId?: (() => string) | undefined;
}

const noFrames: readonly SampledFrames[] = [];

/** Everything that is known about the video, over time. */
export function Timeline(props: TimelineProps) {
  const { store, player, video, tracks, saliency, mediaUrl, onEdit } = props;
  const sampledFrames = props.sampledFrames ?? noFrames;
  const newId = props.newId ?? (() => randomId());
  const lower = useRef<HTMLCanvasElement>(null);
  const upper = useRef<HTMLCanvasElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const { picture } = video;
  const hasWaveform = props.waveform?.isPossible === true && props.waveform.isShown;
  const layout = useMemo(
    () => layOut({ tracks, saliency, sampledFrames, hasWaveform }),
    [tracks, saliency, sampledFrames, hasWaveform],
  );
  const empty = tracks.every(({ kind, segments }) => kind === 'chapters' || segments.length === 0);

  const edit = (change: TimelineEdit) => {
    if (change.select) store.actions.select(change.select);
    return onEdit(change);
  };
  useEffect(() => {
    if (picture) store.actions.open(video.id, picture.durationSec, picture.fps);
  }, [store, video.id, picture]);
  useTimelineCanvas({ lower, upper, stage }, { ...props, sampledFrames, hasWaveform, newId, edit });

  const context = (): TimelineCommandContext => ({
    ...{
      store,
      player,
      tracks,
      newId,
      walked: () => walkOrder(tracks),
      trackId: ownTrackId,
      tell: () => undefined,
    },
    ...props.commandContext?.(),
    edit: (change: TimelineEdit) => void edit(change),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keyOf(event);
    const command = key && (props.commandOf ?? commandWithKey)(key);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    command.run(context());
  };

  return (
    <section className="timeline" aria-label={texts.region}>
      <TimelineBar
        store={store}
        player={player}
        keysFor={props.keysFor}
        waveform={props.waveform}
        note={props.barNote}
      />
      <div className="timeline-body">
        <TrackHeaders layout={layout} />
        <div
          className="timeline-stage"
          ref={stage}
          role="application"
          aria-label={texts.canvas}
          aria-keyshortcuts="ArrowUp ArrowDown , . S A R"
          tabIndex={0}
          onKeyDown={onKeyDown}
          data-testid="timeline-stage"
          style={{ height: layout.height }}
        >
          <canvas className="timeline-layer" ref={lower} aria-hidden="true" />
          <canvas className="timeline-layer" ref={upper} aria-hidden="true" />
          <HoverPreview store={store} video={video} mediaUrl={mediaUrl} tracks={tracks} />
        </div>
        {empty && <p className="timeline-empty">{texts.empty}</p>}
      </div>
      <SegmentList store={store} tracks={tracks} onKeyDown={onKeyDown} player={player} />
    </section>
  );
}

function commandWithKey(key: string): TimelineCommand | undefined {
  return timelineCommands.find(({ keys }) => keys.includes(key));
}

/** Selected segments of a timeline, for those who show more about them. */
export function useSelection(store: TimelineStore): readonly string[] {
  return useStore(store, (state) => state.selection);
}
