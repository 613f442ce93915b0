import { useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react';
import { numbersOf } from '../../native-models/protocol/picture-region.ts';
import type { PictureRegion } from '../../native-models/protocol/picture-region.ts';
import { moveFromPx } from '../timeline/gestures.ts';
import { placeTexts } from './place-texts.ts';
import { boxGrips, draggedRegion, wholeGrip } from './region-edits.ts';
import type { Grip } from './region-edits.ts';
import { layerOf } from './shown-places.ts';
import type { ShownPlace } from './shown-places.ts';

export interface PlaceMarkProps {
  readonly place: ShownPlace;
  readonly selected: boolean;
  /** Of the picture, in its own pixels: what an arrow key moves by. */
  readonly size: { readonly width: number; readonly height: number };
  /** Put elsewhere: `joinKeys` while keys are held, so that all of it is one step of undo. */
  readonly onReplace: (place: ShownPlace, region: PictureRegion, joinKeys: boolean) => void;
  readonly onChoose: (place: ShownPlace) => void;
}

interface Drag {
  readonly grip: Grip;
  readonly fromX: number;
  readonly fromY: number;
  /** How far it has come, in shares of the picture's sides. */
  readonly byX: number;
  readonly byY: number;
}

/** A box nearer to the upper edge than this has its name inside: above it, it would be cut. In shares of the height. */
const roomForName = 0.1;

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** One box or point over the video, dragged by pointer and keys. */
export function PlaceMark({ place, selected, size, onReplace, onChoose }: PlaceMarkProps) {
  const mark = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag>();
  // From where it is now: it may be undone, or changed in another window, while it is held.
  const region =
    drag === undefined ? place.region : draggedRegion(place.region, drag.grip, drag.byX, drag.byY);
  const { kind } = region;

  const begin = (grip: Grip) => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    onChoose(place);
    if (place.locked) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ grip, fromX: event.clientX, fromY: event.clientY, byX: 0, byY: 0 });
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const picture = mark.current?.parentElement?.getBoundingClientRect();
    if (drag === undefined || picture === undefined) return;
    const [xPx, yPx] = [event.clientX - drag.fromX, event.clientY - drag.fromY];
    if (drag.byX === 0 && drag.byY === 0 && Math.hypot(xPx, yPx) < moveFromPx) return;
    setDrag({ ...drag, byX: xPx / picture.width, byY: yPx / picture.height });
  };
  const end = () => {
    if (drag !== undefined) onReplace(place, region, false);
    setDrag(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && drag !== undefined) {
      event.preventDefault();
      setDrag(undefined);
      return;
    }
    const arrow = arrows[event.key];
    // Space goes on playing, and Enter makes no moment here.
    if (event.key === 'Enter') {
      event.preventDefault();
      onChoose(place);
    }
    if (arrow === undefined || event.ctrlKey || event.metaKey || place.locked) return;
    event.preventDefault();
    const step = event.shiftKey ? 10 : 1;
    const grip: Grip = event.altKey && kind === 'box' ? { x: 'right', y: 'bottom' } : wholeGrip;
    const [byX, byY] = [(arrow[0] * step) / size.width, (arrow[1] * step) / size.height];
    onReplace(place, draggedRegion(place.region, grip, byX, byY), true);
  };
  const hundredths = placeTexts.place(numbersOf(region).map((share) => Math.round(share * 100)));
  return (
    <div
      ref={mark}
      role="button"
      tabIndex={0}
      className="place-mark"
      aria-label={placeTexts[kind](place.name, hundredths)}
      aria-description={place.locked ? undefined : placeTexts.hint}
      aria-pressed={selected}
      data-kind={kind}
      data-origin={place.origin.type}
      data-name-inside={(region.kind === 'box' && region.top < roomForName) || undefined}
      data-locked={place.locked || undefined}
      style={styleOf(region, place.labelColor)}
      onPointerDown={begin(wholeGrip)}
      // What its handles are told comes up to it.
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
      // The picture under it plays and pauses at a click; a screen reader's comes without a pointer.
      onClick={(event) => {
        event.stopPropagation();
        onChoose(place);
      }}
      onKeyDown={onKeyDown}
    >
      {place.name !== '' && <span className="place-name">{place.name}</span>}
      {kind === 'box' &&
        !place.locked &&
        boxGrips.map((grip) => (
          <span
            key={`${grip.x} ${grip.y}`}
            className="place-grip"
            data-x={grip.x}
            data-y={grip.y}
            onPointerDown={begin(grip)}
          />
        ))}
    </div>
  );
}

function styleOf(region: PictureRegion, labelColor: number | undefined): CSSProperties {
  const percent = (share: number) => `${share * 100}%`;
  const place: CSSProperties =
    region.kind === 'point'
      ? { left: percent(region.x), top: percent(region.y) }
      : {
          left: percent(region.left),
          top: percent(region.top),
          width: percent(region.right - region.left),
          height: percent(region.bottom - region.top),
        };
  const color = labelColor === undefined ? {} : { '--place-color': `var(--place-${labelColor})` };
  return { ...place, ...color, zIndex: layerOf(region) };
}
