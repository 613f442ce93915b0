import { useState } from 'react';
import { useStore } from 'zustand';
import type { PlayerStore } from './player-store.ts';
import { timecodeId } from './player-elements.ts';
import { playerTexts as texts } from './player-texts.ts';
import { formatSeconds, parsePlace, type TimecodeStyle } from './timecode.ts';

/** Where the player is, to the frame; a click on it takes another place to go to. */
export function Timecode({ store, style }: { readonly store: PlayerStore; readonly style: TimecodeStyle }) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  if (typed === undefined) return <Reading store={store} style={style} onClick={() => setTyped('')} />;
  const place = parsePlace(typed);
  const go = () => {
    setTyped(undefined);
    if (!place) return;
    if ('frameIndex' in place) store.actions.seekToFrame(place.frameIndex);
    else store.actions.seekToSec(place.timeSec);
  };
  return (
    <input
      className="player-timecode-input"
      aria-label={texts.goTo}
      aria-invalid={typed !== '' && !place}
      placeholder={texts.goToHelp}
      title={texts.goToHelp}
      autoFocus
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => setTyped(undefined)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') go();
        else if (event.key === 'Escape') setTyped(undefined);
      }}
    />
  );
}

interface ReadingProps {
  readonly store: PlayerStore;
  readonly style: TimecodeStyle;
  readonly onClick: () => void;
}

function Reading({ store, style, onClick }: ReadingProps) {
  const timeSec = useStore(store, (state) => state.timeSec);
  const frameIndex = useStore(store, (state) => state.frameIndex);
  const exact = useStore(store, (state) => state.frameExact);
  const durationSec = useStore(store, (state) => state.picture?.durationSec ?? 0);
  return (
    <button
      type="button"
      className="player-timecode"
      id={timecodeId}
      aria-label={`${texts.goTo}: ${formatSeconds(timeSec)}, ${texts.frame} ${frameIndex}`}
      title={texts.goTo}
      onClick={onClick}
    >
      <span data-testid="player-time">{formatSeconds(timeSec)}</span>
      <span className="player-faint"> / {formatSeconds(durationSec, 1)}</span>
      {style === 'frames' && (
        <span
          className="player-faint"
          data-testid="player-frame"
          data-exact={exact}
          title={exact ? undefined : texts.reckoned}
        >
          {' '}
          #{frameIndex}
        </span>
      )}
    </button>
  );
}
