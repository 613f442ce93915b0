import { useState } from 'react';
import { useStore } from 'zustand';
import { formatSeconds, parsePlace } from '../player/timecode.ts';
import type { TimelineStore } from './timeline-store.ts';
import { timelineTexts as texts } from './timeline-texts.ts';

/** What is in view, as two fields: what dragging and the wheel do can be typed, too. */
export function ShownRange({ store }: { readonly store: TimelineStore }) {
  return (
    <span className="timeline-range">
      <ShownEdge store={store} edge="start" />
      –
      <ShownEdge store={store} edge="end" />
    </span>
  );
}

function ShownEdge({ store, edge }: { readonly store: TimelineStore; readonly edge: 'start' | 'end' }) {
  // Rounded, so that panning does not render it more often than it changes.
  const shown = useStore(store, ({ view }) =>
    formatSeconds(edge === 'start' ? view.startSec : view.endSec, view.endSec - view.startSec < 20 ? 2 : 0),
  );
  const [typed, setTyped] = useState<string>();
  const place = typed === undefined ? undefined : parsePlace(typed);
  const take = (): void => {
    setTyped(undefined);
    if (place !== undefined && 'timeSec' in place) store.actions.showFrom(edge, place.timeSec);
  };
  return (
    <input
      className="timeline-range-edge"
      aria-label={texts.shown[edge]}
      title={texts.shown[edge]}
      aria-invalid={typed !== undefined && typed !== '' && !(place && 'timeSec' in place)}
      value={typed ?? shown}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') take();
        else if (event.key === 'Escape') setTyped(undefined);
      }}
    />
  );
}
