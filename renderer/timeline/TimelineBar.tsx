import { AudioLines, Magnet, Maximize2, Move, ScanLine, ZoomIn, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { commandedSec } from '../player/player-state.ts';
import type { PlayerStore } from '../player/player-store.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { ShownRange } from './ShownRange.tsx';
import type { WaveformSwitch } from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { timelineTexts as texts } from './timeline-texts.ts';

interface TimelineBarProps {
  readonly store: TimelineStore;
  readonly player: PlayerStore;
  /** The keys of a command of the timeline as they are shown; absent: none are. */
  readonly keysFor?: ((commandId: string) => string | undefined) | undefined;
  /** Absent: the sound is not shown here. */
  readonly waveform?: WaveformSwitch | undefined;
  /** What goes on, beside what is in view. */
  readonly note?: ReactNode;
}

const zoomStep = 1.6;
const iconPx = 15;

/** What is in view, and how to look at more or less of it. */
export function TimelineBar({ store, player, keysFor, waveform, note }: TimelineBarProps) {
  const { actions } = store;
  const snapping = useStore(store, (state) => state.snapping);
  const following = useStore(store, (state) => state.following);
  const around = () => {
    const { startSec, endSec } = store.getState().view;
    const timeSec = commandedSec(player.getState());
    return timeSec >= startSec && timeSec <= endSec ? timeSec : undefined;
  };
  return (
    <div className="timeline-bar" role="toolbar" aria-label={texts.region}>
      <ShownRange store={store} />
      {note}
      <div className="timeline-spring" />
      {waveform && (
        <IconButton
          label={waveform.isPossible ? texts.waveform : texts.noSound}
          keys={waveform.isPossible ? keysFor?.('view.waveform') : undefined}
          aria-pressed={waveform.isPossible && waveform.isShown}
          aria-disabled={!waveform.isPossible}
          icon={<AudioLines size={iconPx} />}
          onClick={() => waveform.isPossible && waveform.onSwitch()}
        />
      )}
      <IconButton
        label={texts.snapping}
        keys={keysFor?.('timeline.snapping')}
        aria-pressed={snapping}
        icon={<Magnet size={iconPx} />}
        onClick={() => actions.setSnapping(!snapping)}
      />
      <IconButton
        label={texts.following}
        aria-pressed={following}
        icon={<Move size={iconPx} />}
        onClick={() => actions.setFollowing(!following)}
      />
      <IconButton
        label={texts.zoomOut}
        keys={keysFor?.('timeline.zoomOut')}
        icon={<ZoomOut size={iconPx} />}
        onClick={() => actions.zoomBy(1 / zoomStep, around())}
      />
      <IconButton
        label={texts.zoomIn}
        keys={keysFor?.('timeline.zoomIn')}
        icon={<ZoomIn size={iconPx} />}
        onClick={() => actions.zoomBy(zoomStep, around())}
      />
      <IconButton
        label={texts.zoomFrame}
        keys={keysFor?.('timeline.zoomFrame')}
        icon={<ScanLine size={iconPx} />}
        onClick={() => actions.zoomToFrame(commandedSec(player.getState()))}
      />
      <IconButton
        label={texts.fit}
        keys={keysFor?.('timeline.fit')}
        icon={<Maximize2 size={iconPx} />}
        onClick={actions.fit}
      />
    </div>
  );
}
