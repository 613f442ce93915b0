import { useCallback } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { PictureRegion } from '../../../native-models/protocol/picture-region.ts';
import { PlaceOverlay } from '../../places/PlaceOverlay.tsx';
import { replaced } from '../../places/region-edits.ts';
import { isShownAt } from '../../places/shown-places.ts';
import type { ShownPlace } from '../../places/shown-places.ts';
import { edit, newAnnotationId } from '../actions/annotation-actions.ts';
import { useApp } from '../use-app.ts';
import { useShownPlaces } from '../use-shown-places.ts';

/** The boxes and points of the frame that is shown. */
export function VideoPlaces() {
  const app = useApp();
  const places = useShownPlaces();
  const shown = useStore(
    app.player,
    useShallow(({ timeSec }) => places.filter((place) => isShownAt(place, timeSec))),
  );
  const size = useStore(app.player, (state) => state.shownSize);
  const selection = useStore(app.timeline, (state) => state.selection);
  const onReplace = useCallback(
    (place: ShownPlace, region: PictureRegion, joinKeys: boolean) =>
      edit(app, replaced(place, region, newAnnotationId, joinKeys ? `place ${place.key}` : undefined)),
    [app],
  );
  const onChoose = useCallback(
    ({ origin }: ShownPlace) => {
      app.player.actions.pause();
      if (origin.type === 'annotation') app.timeline.actions.select([origin.annotation.id]);
    },
    [app],
  );
  if (size === undefined || size.width === 0) return null;
  return <PlaceOverlay places={shown} {...{ selection, size, onReplace, onChoose }} />;
}
