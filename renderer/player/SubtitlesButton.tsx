import { Captions, CaptionsOff } from 'lucide-react';
import { useStore } from 'zustand';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import { Menu } from '../ui/Menu.tsx';
import { PlayerControl } from './PlayerControl.tsx';
import type { PlayerStore } from './player-store.ts';
import { playerTexts as texts } from './player-texts.ts';

interface SubtitlesButtonProps {
  readonly store: PlayerStore;
  readonly tracks: LibraryVideo['subtitles'];
}

/** Shows subtitles or not; where a video has several, which. Nothing where it has none. */
export function SubtitlesButton({ store, tracks }: SubtitlesButtonProps) {
  const shownId = useStore(store, (state) => state.subtitlesId);
  const [first] = tracks;
  if (first === undefined) return null;
  const { showSubtitles } = store.actions;
  const shown = tracks.some(({ id }) => id === shownId);
  const sign = shown ? <Captions /> : <CaptionsOff />;
  if (tracks.length === 1) {
    return (
      <PlayerControl
        label={texts.toggleSubtitles}
        pressed={shown}
        onClick={() => showSubtitles(shown ? undefined : first.id)}
      >
        {sign}
      </PlayerControl>
    );
  }
  const entries = [
    { id: 'off', label: texts.noSubtitles, chosen: !shown, onSelect: () => showSubtitles(undefined) },
    ...tracks.map(({ id, label }) => ({
      ...{ id, label, chosen: id === shownId },
      onSelect: () => showSubtitles(id),
    })),
  ];
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="player-control" aria-label={texts.subtitles} title={texts.subtitles}>
          {sign}
        </button>
      }
      entries={entries.map((entry) => ({ kind: 'item', ...entry }))}
    />
  );
}
