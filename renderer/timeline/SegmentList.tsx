import { useMemo, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { PlayerStore } from '../player/player-store.ts';
import { indexTrack } from './layout.ts';
import { segmentWords } from './segment-words.ts';
import type { TimelineTrack } from './timeline-model.ts';
import type { TimelineStore } from './timeline-store.ts';
import { timelineTexts as texts } from './timeline-texts.ts';

interface SegmentListProps {
  readonly store: TimelineStore;
  readonly player: PlayerStore;
  readonly tracks: readonly TimelineTrack[];
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Options around the chosen one; a list of ten thousand would only slow the page down. */
const reach = 25;

/** The segments as a list for screen readers: what the canvas shows, one by one. */
export function SegmentList({ store, player, tracks, onKeyDown }: SegmentListProps) {
  const selection = useStore(store, (state) => state.selection);
  const entries = useMemo(
    () => tracks.flatMap((track) => indexTrack(track).index.sorted.map((segment) => ({ track, segment }))),
    [tracks],
  );
  const chosen = selection.at(-1);
  const at = useMemo(
    () =>
      Math.max(
        0,
        entries.findIndex(({ segment }) => segment.id === chosen),
      ),
    [entries, chosen],
  );
  const first = Math.max(0, at - reach);
  const shown = entries.slice(first, at + reach + 1);
  const goTo = (event: KeyboardEvent) => {
    const entry = entries[at];
    if (event.key === 'Enter' && entry && chosen !== undefined) {
      event.preventDefault();
      store.actions.reveal(entry.segment.startSec);
      player.actions.seekToSec(entry.segment.startSec);
      return;
    }
    onKeyDown(event);
  };
  return (
    <div
      className="only-heard"
      role="listbox"
      tabIndex={0}
      aria-label={texts.list}
      aria-description={texts.listHelp}
      aria-multiselectable="true"
      aria-activedescendant={chosen === undefined ? undefined : optionId(chosen)}
      onKeyDown={goTo}
    >
      {shown.map(({ track, segment }, place) => (
        <div
          key={segment.id}
          id={optionId(segment.id)}
          role="option"
          aria-selected={selection.includes(segment.id)}
          aria-setsize={entries.length}
          aria-posinset={first + place + 1}
          onClick={() => store.actions.select([segment.id])}
        >
          {segmentWords(track, segment)}
        </div>
      ))}
    </div>
  );
}

function optionId(segmentId: string): string {
  return `moment-${segmentId}`;
}
