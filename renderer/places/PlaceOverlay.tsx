import type { CSSProperties } from 'react';
import type { PictureRegion } from '../../native-models/protocol/picture-region.ts';
import { PlaceMark } from './PlaceMark.tsx';
import { placeTexts } from './place-texts.ts';
import type { ShownPlace } from './shown-places.ts';
import './places.css';

export interface PlaceOverlayProps {
  readonly places: readonly ShownPlace[];
  /** Ids of annotations. */
  readonly selection: readonly string[];
  /** Of the picture as it is shown: upright, with square pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly onReplace: (place: ShownPlace, region: PictureRegion, joinKeys: boolean) => void;
  readonly onChoose: (place: ShownPlace) => void;
}

/** Boxes and points over the picture, which lies in the middle of the stage as large as fits. */
export function PlaceOverlay({ places, selection, size, ...actions }: PlaceOverlayProps) {
  if (places.length === 0) return null;
  return (
    <div
      className="places"
      role="group"
      aria-label={placeTexts.region}
      style={{ '--picture-ratio': size.width / size.height } as CSSProperties}
    >
      <div className="places-picture">
        {places.map((place) => {
          const { origin, key } = place;
          const selected = origin.type === 'annotation' && selection.includes(origin.annotation.id);
          return <PlaceMark key={key} {...{ place, selected, size, ...actions }} />;
        })}
      </div>
    </div>
  );
}
