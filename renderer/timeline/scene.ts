import type { Moment } from '../../native-models/protocol/run-record.ts';
import type { FrameTimes } from '../player/frame-times.ts';
import type { TimelineLayout } from './layout.ts';
import type { ThumbnailLoader } from './thumbnail-loader.ts';
import type { TimelineSegment } from './timeline-model.ts';
import type { TimelineTheme } from './timeline-theme.ts';
import type { WaveformLoader } from './waveform-loader.ts';
import type { ViewWindow } from './view-window.ts';

/** Everything that is painted on the lower layer: changes with the view and the content. */
export interface Scene {
  readonly view: ViewWindow;
  readonly layout: TimelineLayout;
  readonly theme: TimelineTheme;
  /** Times that segments are shown at while they are dragged, and until the change is stored. */
  readonly overrides: ReadonlyMap<string, Moment>;
  readonly thumbnails: ThumbnailLoader | undefined;
  readonly waveform: WaveformLoader | undefined;
  /** Width by height of a picture. */
  readonly aspect: number;
  readonly frames: FrameTimes | undefined;
}

/** What is painted on the upper layer: changes with each frame played, each move of the pointer and the selection. */
export interface Overlay {
  readonly view: ViewWindow;
  readonly layout: TimelineLayout;
  readonly theme: TimelineTheme;
  /** Ids of segments. */
  readonly selection: readonly string[];
  readonly overrides: ReadonlyMap<string, Moment>;
  readonly playheadSec: number;
  /** Until when the frame shown is shown, if that is known. */
  readonly frameEndSec: number | undefined;
  readonly markInSec: number | undefined;
  readonly markOutSec: number | undefined;
  /** Moments that go on up to the playhead. */
  readonly openMarks: readonly { readonly startSec: number }[];
  readonly hoverSec: number | undefined;
  /** Where a dragged edge has snapped to something. */
  readonly snappedSec: number | undefined;
  /** A stretch that is being marked out. */
  readonly drawn: Moment | undefined;
}

/** Where a segment is shown now. */
export function shownMoment(scene: Pick<Scene, 'overrides'>, segment: TimelineSegment): Moment {
  return scene.overrides.get(segment.id) ?? segment;
}
